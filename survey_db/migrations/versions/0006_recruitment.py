"""How listeners come to a study and leave it: identifiers, invitations, screening and quota."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("study", sa.Column("recruitment", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("listener", sa.Column("screened_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("listener", sa.Column("identifiers", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("listener", sa.Column("identifier", sa.String(length=128), nullable=True))
    op.create_index("ix_listener_identifier", "listener", ["study_id", "identifier"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("listener_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_invitation_study_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["listener.id"], name=op.f("fk_invitation_listener_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("study_id", "code", name=op.f("uq_invitation_study_id_code")),
        sa.UniqueConstraint("listener_id", name=op.f("uq_invitation_listener_id")),
    )
