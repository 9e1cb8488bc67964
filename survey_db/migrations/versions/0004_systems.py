"""Systems, compositions and sittings; when listeners see how their guesses compare.

Columns are added one by one: SQLite would have to copy a table for anything
more, and dropping the old one would delete whatever refers to it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "system",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('this_generator', 'other_generator', 'people', 'control')",
            name=op.f("ck_system_kind_known"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_system_name_given")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_system_study_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_system_study_id_name")),
    )
    op.execute(
        "ALTER TABLE sample ADD COLUMN system_id INTEGER CONSTRAINT fk_sample_system_id "
        "REFERENCES system (id)"
    )
    op.create_index(op.f("ix_sample_system_id"), "sample", ["system_id"], unique=False)
    op.add_column("sample", sa.Column("composition", sa.String(length=64), nullable=True))
    op.execute(
        "ALTER TABLE study ADD COLUMN feedback VARCHAR(16) DEFAULT 'at_once' NOT NULL CONSTRAINT "
        "ck_study_feedback_known CHECK (feedback IN ('at_once', 'after_closing', 'never'))"
    )
    op.execute("UPDATE study SET feedback = 'never' WHERE NOT show_comparison")
    op.drop_column("study", "show_comparison")
    op.execute(
        "ALTER TABLE study ADD COLUMN sitting_size INTEGER CONSTRAINT ck_study_sitting_size_positive "
        "CHECK (sitting_size >= 1)"
    )
    op.add_column(
        "study", sa.Column("renderings_together", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
