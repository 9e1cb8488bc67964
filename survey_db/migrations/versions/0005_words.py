"""Words of a study's own in several languages, and the consent text that each listener agreed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    texts = ("introduction", "payment", "conditions", "consent", "debriefing")
    op.create_table(
        "wording",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(length=200), nullable=False)
            for name in ("title", "organiser", "contact", "duration")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_wording_study_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "language", name=op.f("pk_wording")),
        sa.UniqueConstraint("study_id", "place", name=op.f("uq_wording_study_id_place")),
    )
    op.create_table(
        "consent_text",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_consent_text_sha256_whole")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_consent_text")),
    )
    op.execute(
        "ALTER TABLE listener ADD COLUMN consent_sha256 VARCHAR(64) CONSTRAINT fk_listener_consent_sha256 "
        "REFERENCES consent_text (sha256)"
    )
    op.add_column("listener", sa.Column("language", sa.String(length=8), nullable=True))
