"""The tables of the survey and the rules that the database itself keeps.

A *study* has *samples*, whose audio is kept in *media*; what made a sample is its
*system*. A *listener* belongs
to one study and has a stored order of *presentations*, one a sample; each
presentation has at most one *response*. *Machine predictions* hold what the
classifiers said of a sample when it was added.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from survey_db.genres import GENRES
from survey_db.texts import MAX_NAME_LENGTH, MAX_SLUG_LENGTH, MAX_TITLE_LENGTH, MAX_TOKEN_LENGTH
from survey_db.vocabulary import (
    CONTROLS,
    DEVICES,
    FEEDBACK,
    HEADPHONE_TRIALS,
    MAX_LOUDNESS,
    MAX_RATING,
    MIN_LOUDNESS,
    MIN_RATING,
    MUSICAL_TRAINING,
    STATUSES,
    SYSTEM_KINDS,
)

MAX_IDENTIFIER_LENGTH = 128

Intervals = list[list[float]]
"""Intervals of a clip, each from and to in seconds, as JSON has them."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; also where the database forgets time zones, as SQLite does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a time zone and store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables; names each constraint, so that migrations can speak of it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        float: Double,
        dict[str, Any]: JSON,
        list[float]: JSON,
        list[dict[str, Any]]: JSON,
        Intervals: JSON(none_as_null=True),
    }


def _one_of(column: str, values: Iterable[str], name: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


class Study(Base):
    """A listening study: its wording, its settings and its state."""

    __tablename__ = "study"
    __table_args__ = (
        _one_of("status", STATUSES, "status_known"),
        _one_of("feedback", FEEDBACK, "feedback_known"),
        CheckConstraint("sitting_size >= 1", name="sitting_size_positive"),
        CheckConstraint(
            f"target_loudness BETWEEN {MIN_LOUDNESS} AND {MAX_LOUDNESS}", name="target_loudness_sensible"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(MAX_SLUG_LENGTH), unique=True)
    title: Mapped[str] = mapped_column(String(MAX_TITLE_LENGTH))
    introduction: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), default="draft")
    preview_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    require_full_hearing: Mapped[bool] = mapped_column(default=True)
    volume_check: Mapped[bool] = mapped_column(default=True)
    headphone_check: Mapped[bool] = mapped_column(default=False)
    target_loudness: Mapped[float] = mapped_column(default=-16.0)
    feedback: Mapped[str] = mapped_column(String(16), default="at_once", server_default="at_once")
    sitting_size: Mapped[int | None]
    renderings_together: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Whether listeners may say that they cannot tell the genre of a clip.
    cannot_tell: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Questions of its own, as `survey_db.running.questions.Question` has them.
    questions: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    # How listeners come and leave, as `survey_db.running.recruitment.Recruitment` has it.
    recruitment: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # What was planned, as `survey_db.running.preregistration.Preregistration` has it; fixed at opening.
    preregistration: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # Not known of studies that were opened before this was kept.
    opened_at: Mapped[datetime | None]

    genres: Mapped[list[StudyGenre]] = relationship(
        back_populates="study", order_by="StudyGenre.place", cascade="all, delete-orphan", lazy="selectin"
    )
    words: Mapped[list[Wording]] = relationship(
        order_by="Wording.place", cascade="all, delete-orphan", lazy="selectin"
    )


class StudyGenre(Base):
    """A genre that the listeners of a study may choose."""

    __tablename__ = "study_genre"
    __table_args__ = (
        _one_of("genre", GENRES, "genre_known"),
        UniqueConstraint("study_id", "place"),
    )

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    genre: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[int]

    study: Mapped[Study] = relationship(back_populates="genres")


class Wording(Base):
    """What listeners read of a study in one language; a text that is empty is the usual one."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("study_id", "place"),)

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    place: Mapped[int]
    title: Mapped[str] = mapped_column(String(MAX_TITLE_LENGTH))
    introduction: Mapped[str] = mapped_column(Text)
    organiser: Mapped[str] = mapped_column(String(MAX_TITLE_LENGTH))
    contact: Mapped[str] = mapped_column(String(MAX_TITLE_LENGTH))
    duration: Mapped[str] = mapped_column(String(MAX_TITLE_LENGTH))
    payment: Mapped[str] = mapped_column(Text)
    conditions: Mapped[str] = mapped_column(Text)
    consent: Mapped[str] = mapped_column(Text)
    debriefing: Mapped[str] = mapped_column(Text)


class ConsentText(Base):
    """What a listener read before they agreed, word for word, kept once however many read it."""

    __tablename__ = "consent_text"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256_whole"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class Media(Base):
    """Audio, kept once however many samples use it."""

    __tablename__ = "media"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("seconds > 0", name="seconds_positive"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(32))
    seconds: Mapped[float]
    loudness: Mapped[float]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


class System(Base):
    """What made some of a study's samples: a generator in one version and with its settings, or people.

    Studies of several systems compare them.
    """

    __tablename__ = "system"
    __table_args__ = (
        UniqueConstraint("study_id", "name"),
        _one_of("kind", SYSTEM_KINDS, "kind_known"),
        CheckConstraint("name <> ''", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(String(64), default="")
    settings: Mapped[dict[str, Any]]


class Sample(Base):
    """One item of a study: a clip to judge, a control item, or the practice clip.

    The practice clip is the item at place 0; its answers are not kept.
    """

    __tablename__ = "sample"
    __table_args__ = (
        UniqueConstraint("study_id", "place"),
        UniqueConstraint("study_id", "label"),
        UniqueConstraint("study_id", "id"),
        UniqueConstraint("study_id", "repeat_of_id"),
        _one_of("control", CONTROLS, "control_known"),
        _one_of("intended_genre", GENRES, "intended_genre_known"),
        CheckConstraint("place >= 0", name="place_not_negative"),
        CheckConstraint("(control = 'repeat') = (repeat_of_id IS NOT NULL)", name="repeat_names_its_sample"),
        # Random notes belong to no genre; everything else was made as one.
        CheckConstraint("intended_genre IS NOT NULL OR control = 'low_anchor'", name="intended_genre_given"),
        ForeignKeyConstraint(["study_id", "repeat_of_id"], ["sample.study_id", "sample.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    place: Mapped[int]
    label: Mapped[str] = mapped_column(String(64))
    media_sha256: Mapped[str] = mapped_column(ForeignKey("media.sha256"), index=True)
    intended_genre: Mapped[str | None] = mapped_column(String(16))
    control: Mapped[str] = mapped_column(String(16), default="none")
    repeat_of_id: Mapped[int | None]
    settings: Mapped[dict[str, Any]]
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"), index=True)
    composition: Mapped[str | None] = mapped_column(String(64))

    media: Mapped[Media] = relationship(lazy="joined")
    system: Mapped[System | None] = relationship(lazy="joined")


class MachinePrediction(Base):
    """What one classifier said of a sample: a share per genre, in the order of `GENRES`."""

    __tablename__ = "machine_prediction"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH), primary_key=True)
    # Of its weights; empty of what was said before versions were kept.
    version: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH), default="", server_default="")
    shares: Mapped[list[float]]


class Listener(Base):
    """Someone who consented to take part in one study, known by a random token alone."""

    __tablename__ = "listener"
    __table_args__ = (
        UniqueConstraint("study_id", "id"),
        UniqueConstraint("study_id", "short_id"),
        _one_of("musical_training", MUSICAL_TRAINING, "musical_training_known"),
        _one_of("device", DEVICES, "device_known"),
        CheckConstraint(
            f"headphone_correct BETWEEN 0 AND {HEADPHONE_TRIALS}", name="headphone_correct_in_range"
        ),
        CheckConstraint(
            "(completed_at IS NULL) = (completion_code IS NULL)", name="completion_code_on_completion"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    token: Mapped[str] = mapped_column(String(MAX_TOKEN_LENGTH), unique=True)
    short_id: Mapped[str] = mapped_column(String(16))
    is_test: Mapped[bool] = mapped_column(default=False)
    # Whether the genres of this study had been shown in the same browser before.
    is_retake: Mapped[bool] = mapped_column(default=False, server_default=false())
    order_row: Mapped[int]
    consented_at: Mapped[datetime]
    # Unknown of listeners who agreed before versions were kept.
    consent_sha256: Mapped[str | None] = mapped_column(ForeignKey("consent_text.sha256"))
    language: Mapped[str | None] = mapped_column(String(8))
    last_seen_at: Mapped[datetime]
    musical_training: Mapped[str | None] = mapped_column(String(16))
    device: Mapped[str | None] = mapped_column(String(16))
    volume_checked_at: Mapped[datetime | None]
    headphone_correct: Mapped[int | None]
    screened_out_at: Mapped[datetime | None]
    # What their link told of them, and of it what says who they are.
    identifiers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    identifier: Mapped[str | None] = mapped_column(String(MAX_IDENTIFIER_LENGTH))
    # Answers to the study's own questions by name, and when those before and after the clips were answered.
    questionnaire: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    asked_before_at: Mapped[datetime | None]
    asked_after_at: Mapped[datetime | None]
    # When an attention check was answered otherwise than its text asks.
    inattentive_at: Mapped[datetime | None]
    practised_at: Mapped[datetime | None]
    # When the last clip was judged; the questions after the clips may be still to come.
    judged_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completion_code: Mapped[str | None] = mapped_column(String(16))

    study: Mapped[Study] = relationship()


class Invitation(Base):
    """A place in a study for one listener, by the code in their link."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("study_id", "code"), UniqueConstraint("listener_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    listener_id: Mapped[int | None] = mapped_column(ForeignKey("listener.id", ondelete="SET NULL"))


class Presentation(Base):
    """A sample at its place in a listener's order, and how it has been heard so far."""

    __tablename__ = "presentation"
    __table_args__ = (
        UniqueConstraint("listener_id", "position"),
        CheckConstraint("position >= 1", name="position_from_1"),
        CheckConstraint("seconds_heard >= 0", name="seconds_heard_not_negative"),
        CheckConstraint("times_played >= 0", name="times_played_not_negative"),
        # Both in one study, whichever way the row came in.
        ForeignKeyConstraint(
            ["study_id", "listener_id"], ["listener.study_id", "listener.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["study_id", "sample_id"], ["sample.study_id", "sample.id"], ondelete="CASCADE"),
        UniqueConstraint("study_id", "listener_id", "sample_id"),
    )

    listener_id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    study_id: Mapped[int]
    position: Mapped[int]
    shown_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    # The intervals of the clip that were played, in order; none where only their sum was recorded.
    intervals_heard: Mapped[Intervals | None]
    seconds_heard: Mapped[float] = mapped_column(default=0.0)
    times_played: Mapped[int] = mapped_column(default=0)

    sample: Mapped[Sample] = relationship(
        primaryjoin="Presentation.sample_id == Sample.id", foreign_keys=[sample_id], viewonly=True
    )


class Response(Base):
    """A listener's one answer to one sample of their order.

    The guess is a genre that was offered; there is none where the listener said
    that they cannot tell.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(f"rating BETWEEN {MIN_RATING} AND {MAX_RATING}", name="rating_in_range"),
        CheckConstraint("seconds_heard >= 0", name="seconds_heard_not_negative"),
        CheckConstraint("times_played >= 0", name="times_played_not_negative"),
        ForeignKeyConstraint(
            ["study_id", "listener_id", "sample_id"],
            ["presentation.study_id", "presentation.listener_id", "presentation.sample_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["study_id", "guess"], ["study_genre.study_id", "study_genre.genre"]),
    )

    listener_id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int]
    guess: Mapped[str | None] = mapped_column(String(16))
    rating: Mapped[int]
    intervals_heard: Mapped[Intervals | None]
    seconds_heard: Mapped[float]
    times_played: Mapped[int]
    known_piece: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime]


class SignIn(Base):
    """An administrator who has given the password, in one browser; nothing in it opens anything."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    password_check: Mapped[str] = mapped_column(String(128))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    handed_over: Mapped[bool] = mapped_column(default=False)


# The row of the design with the fewest live listeners is sought at every start.
Index("ix_listener_study_row", Listener.study_id, Listener.order_row)
Index("ix_listener_identifier", Listener.study_id, Listener.identifier)
Index("ix_presentation_study", Presentation.study_id)
Index("ix_response_study", Response.study_id, Response.sample_id)
