"""Questions of a study's own, attention checks, and guesses that cannot tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# The responses as they were: SQLite can only make a table anew, and Alembic reads no CHECK back.
_RESPONSE = sa.Table(
    "response",
    sa.MetaData(),
    sa.Column("listener_id", sa.Integer(), nullable=False),
    sa.Column("sample_id", sa.Integer(), nullable=False),
    sa.Column("study_id", sa.Integer(), nullable=False),
    sa.Column("guess", sa.String(length=16), nullable=False),
    sa.Column("rating", sa.Integer(), nullable=False),
    sa.Column("intervals_heard", sa.JSON(), nullable=True),
    sa.Column("seconds_heard", sa.Double(), nullable=False),
    sa.Column("times_played", sa.Integer(), nullable=False),
    sa.Column("known_piece", sa.Boolean(), nullable=False),
    sa.Column("comment", sa.Text(), nullable=True),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("rating BETWEEN 1 AND 10", name="ck_response_rating_in_range"),
    sa.CheckConstraint("seconds_heard >= 0", name="ck_response_seconds_heard_not_negative"),
    sa.CheckConstraint("times_played >= 0", name="ck_response_times_played_not_negative"),
    sa.ForeignKeyConstraint(
        ["study_id", "guess"],
        ["study_genre.study_id", "study_genre.genre"],
        name="fk_response_study_id_guess",
    ),
    sa.ForeignKeyConstraint(
        ["study_id", "listener_id", "sample_id"],
        ["presentation.study_id", "presentation.listener_id", "presentation.sample_id"],
        name="fk_response_study_id_listener_id_sample_id",
        ondelete="CASCADE",
    ),
    sa.PrimaryKeyConstraint("listener_id", "sample_id", name="pk_response"),
    sa.Index("ix_response_study", "study_id", "sample_id"),
)


def upgrade() -> None:
    op.add_column("study", sa.Column("cannot_tell", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("study", sa.Column("questions", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("listener", sa.Column("questionnaire", sa.JSON(), server_default="{}", nullable=False))
    for name in ("asked_before_at", "asked_after_at", "inattentive_at", "judged_at"):
        op.add_column("listener", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("response", copy_from=_RESPONSE) as response:
        response.alter_column("guess", existing_type=sa.String(length=16), nullable=True)
