"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
GENRES = "'blues', 'classical', 'country', 'disco', 'hiphop', 'jazz', 'metal', 'pop', 'reggae', 'rock'"


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("loudness", sa.Double(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_media_sha256_whole")),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_media_seconds_positive")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_media")),
    )
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("preview_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("require_full_hearing", sa.Boolean(), nullable=False),
        sa.Column("volume_check", sa.Boolean(), nullable=False),
        sa.Column("headphone_check", sa.Boolean(), nullable=False),
        sa.Column("show_comparison", sa.Boolean(), nullable=False),
        sa.Column("target_loudness", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'paused', 'closed')", name=op.f("ck_study_status_known")
        ),
        sa.CheckConstraint(
            "target_loudness BETWEEN -40 AND -5", name=op.f("ck_study_target_loudness_sensible")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
        sa.UniqueConstraint("slug", name=op.f("uq_study_slug")),
    )
    op.create_table(
        "listener",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("short_id", sa.String(length=16), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("order_row", sa.Integer(), nullable=False),
        sa.Column("consented_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("musical_training", sa.String(length=16), nullable=True),
        sa.Column("device", sa.String(length=16), nullable=True),
        sa.Column("volume_checked_at", MOMENT, nullable=True),
        sa.Column("headphone_correct", sa.Integer(), nullable=True),
        sa.Column("practised_at", MOMENT, nullable=True),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("completion_code", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "device IN ('headphones', 'loudspeakers', 'built_in')", name=op.f("ck_listener_device_known")
        ),
        sa.CheckConstraint(
            "musical_training IN ('none', 'under_3', '3_to_10', 'over_10')",
            name=op.f("ck_listener_musical_training_known"),
        ),
        sa.CheckConstraint(
            "(completed_at IS NULL) = (completion_code IS NULL)",
            name=op.f("ck_listener_completion_code_on_completion"),
        ),
        sa.CheckConstraint(
            "headphone_correct BETWEEN 0 AND 6", name=op.f("ck_listener_headphone_correct_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_listener_study_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listener")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_listener_study_id_id")),
        sa.UniqueConstraint("study_id", "short_id", name=op.f("uq_listener_study_id_short_id")),
        sa.UniqueConstraint("token", name=op.f("uq_listener_token")),
    )
    op.create_index("ix_listener_study_row", "listener", ["study_id", "order_row"], unique=False)
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("media_sha256", sa.String(length=64), nullable=False),
        sa.Column("intended_genre", sa.String(length=16), nullable=True),
        sa.Column("control", sa.String(length=16), nullable=False),
        sa.Column("repeat_of_id", sa.Integer(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(control = 'repeat') = (repeat_of_id IS NOT NULL)",
            name=op.f("ck_sample_repeat_names_its_sample"),
        ),
        sa.CheckConstraint(
            "control IN ('none', 'low_anchor', 'high_anchor', 'repeat')", name=op.f("ck_sample_control_known")
        ),
        sa.CheckConstraint(f"intended_genre IN ({GENRES})", name=op.f("ck_sample_intended_genre_known")),
        sa.CheckConstraint(
            "intended_genre IS NOT NULL OR control = 'low_anchor'",
            name=op.f("ck_sample_intended_genre_given"),
        ),
        sa.CheckConstraint("place >= 0", name=op.f("ck_sample_place_not_negative")),
        sa.ForeignKeyConstraint(["media_sha256"], ["media.sha256"], name=op.f("fk_sample_media_sha256")),
        sa.ForeignKeyConstraint(
            ["study_id", "repeat_of_id"],
            ["sample.study_id", "sample.id"],
            name=op.f("fk_sample_study_id_repeat_of_id"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_sample_study_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_sample_study_id_id")),
        sa.UniqueConstraint("study_id", "label", name=op.f("uq_sample_study_id_label")),
        sa.UniqueConstraint("study_id", "place", name=op.f("uq_sample_study_id_place")),
        sa.UniqueConstraint("study_id", "repeat_of_id", name=op.f("uq_sample_study_id_repeat_of_id")),
    )
    op.create_index(op.f("ix_sample_media_sha256"), "sample", ["media_sha256"], unique=False)
    op.create_table(
        "study_genre",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("genre", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"genre IN ({GENRES})", name=op.f("ck_study_genre_genre_known")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_study_genre_study_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "genre", name=op.f("pk_study_genre")),
        sa.UniqueConstraint("study_id", "place", name=op.f("uq_study_genre_study_id_place")),
    )
    op.create_table(
        "machine_prediction",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_machine_prediction_sample_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sample_id", "model", name=op.f("pk_machine_prediction")),
    )
    op.create_table(
        "presentation",
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shown_at", MOMENT, nullable=True),
        sa.Column("heard_at", MOMENT, nullable=True),
        sa.Column("seconds_heard", sa.Double(), nullable=False),
        sa.Column("times_played", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_presentation_position_from_1")),
        sa.CheckConstraint("seconds_heard >= 0", name=op.f("ck_presentation_seconds_heard_not_negative")),
        sa.CheckConstraint("times_played >= 0", name=op.f("ck_presentation_times_played_not_negative")),
        sa.ForeignKeyConstraint(
            ["study_id", "listener_id"],
            ["listener.study_id", "listener.id"],
            name=op.f("fk_presentation_study_id_listener_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "sample_id"],
            ["sample.study_id", "sample.id"],
            name=op.f("fk_presentation_study_id_sample_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("listener_id", "sample_id", name=op.f("pk_presentation")),
        sa.UniqueConstraint("listener_id", "position", name=op.f("uq_presentation_listener_id_position")),
        sa.UniqueConstraint(
            "study_id",
            "listener_id",
            "sample_id",
            name=op.f("uq_presentation_study_id_listener_id_sample_id"),
        ),
    )
    op.create_index(op.f("ix_presentation_sample_id"), "presentation", ["sample_id"], unique=False)
    op.create_index("ix_presentation_study", "presentation", ["study_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("listener_id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("guess", sa.String(length=16), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("seconds_heard", sa.Double(), nullable=False),
        sa.Column("times_played", sa.Integer(), nullable=False),
        sa.Column("known_piece", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 10", name=op.f("ck_response_rating_in_range")),
        sa.CheckConstraint("seconds_heard >= 0", name=op.f("ck_response_seconds_heard_not_negative")),
        sa.CheckConstraint("times_played >= 0", name=op.f("ck_response_times_played_not_negative")),
        sa.ForeignKeyConstraint(
            ["study_id", "guess"],
            ["study_genre.study_id", "study_genre.genre"],
            name=op.f("fk_response_study_id_guess"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "listener_id", "sample_id"],
            ["presentation.study_id", "presentation.listener_id", "presentation.sample_id"],
            name=op.f("fk_response_study_id_listener_id_sample_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("listener_id", "sample_id", name=op.f("pk_response")),
    )
    op.create_index("ix_response_study", "response", ["study_id", "sample_id"], unique=False)
