"""Where a listener is in a study, as the rows tell it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from survey_db.running.hearing import Interval, as_intervals
from survey_db.running.lookup import STUDY_WITH_PARTS
from survey_db.running.questions import questions_of
from survey_db.schema import Listener, Media, Presentation, Response, Sample, Study

# Asked at every click of every listener: built once, and as few and as small as can be.
_LISTENER = (
    select(Listener)
    .join(Listener.study)
    .where(Study.slug == bindparam("slug"), Listener.token == bindparam("token"))
    .options(contains_eager(Listener.study).options(*STUDY_WITH_PARTS))
)
_PRACTICE = (
    select(Sample.id, Media.sha256, Media.media_type, Media.seconds)
    .join(Sample.media)
    .where(Sample.study_id == bindparam("study"), Sample.place == 0)
)
_ORDER = aliased(Presentation)
_TOTAL = select(func.count()).where(_ORDER.listener_id == bindparam("listener")).scalar_subquery()
_NEXT = (
    select(
        Presentation.sample_id,
        Presentation.position,
        Presentation.intervals_heard,
        Presentation.heard_at,
        Presentation.shown_at,
        Media.sha256,
        Media.media_type,
        Media.seconds,
        _TOTAL.label("total"),
    )
    .join(Presentation.sample)
    .join(Sample.media)
    .where(
        Presentation.listener_id == bindparam("listener"),
        Presentation.sample_id.not_in(
            select(Response.sample_id).where(Response.listener_id == bindparam("listener"))
        ),
    )
    .order_by(Presentation.position)
    .limit(1)
)


class Step(StrEnum):
    """Where a listener is."""

    QUESTIONS_BEFORE = "questions before"
    VOLUME = "volume"
    HEADPHONES = "headphones"
    PRACTICE = "practice"
    SAMPLE = "sample"
    QUESTIONS_AFTER = "questions after"
    FINISHED = "finished"
    SCREENED_OUT = "screened out"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True)
class Item:
    """The clip that a listener is to hear now; nothing of it tells its genre.

    Parameters
    ----------
    sample_id : int
        The sample.
    position, total : int
        Its 1-based place in this listener's order, and how many there are;
        both 0 for the practice clip.
    sha256 : str
        Names its audio for `survey_db.running.samples.Samples.audio`.
    media_type : str
        E.g. ``"audio/mpeg"``.
    seconds : float
        Its length.
    intervals : tuple of Interval
        What the listener has played of it so far, in order.
    heard : bool
        Whether they heard it to its end.
    shown : bool
        Whether it has been put before them already.
    """

    sample_id: int
    position: int
    total: int
    sha256: str
    media_type: str
    seconds: float
    intervals: tuple[Interval, ...] = ()
    heard: bool = False
    shown: bool = False


@dataclass(frozen=True)
class ListenerState:
    """Where a listener is in a study, and the clip of that step if it has one."""

    study: Study
    listener: Listener
    step: Step
    item: Item | None = None


def find_state(session: Session, slug: str, token: str) -> ListenerState | None:
    """Say where a listener is; None if there is no such study, or it does not know the token."""
    listener = session.scalars(_LISTENER, {"slug": slug, "token": token}).unique().one_or_none()
    if listener is None:
        return None
    study = listener.study
    step = step_of(study, listener, has_practice=False)
    item = next_item(session, listener) if step is Step.SAMPLE else None
    # Who has been shown a clip of the study is past its practice clip.
    if item is not None and not item.shown and (practice := _practice(session, study)):
        step = step_of(study, listener, has_practice=True)
        item = practice if step is Step.PRACTICE else item
    return ListenerState(study, listener, step, item)


def _practice(session: Session, study: Study) -> Item | None:
    """Return the practice clip of a study, if it has one."""
    row = session.execute(_PRACTICE, {"study": study.id}).first()
    return None if row is None else Item(row.id, 0, 0, row.sha256, row.media_type, row.seconds)


def step_of(study: Study, listener: Listener, *, has_practice: bool, running: bool = False) -> Step:
    """Say at which step a listener is; where ``running``, as if the study were open."""
    if listener.completed_at is not None:
        return Step.FINISHED
    if listener.screened_out_at is not None:
        return Step.SCREENED_OUT
    if not running and not listener.is_test and study.status != "open":
        return Step.PAUSED if study.status == "paused" else Step.CLOSED
    if listener.judged_at is not None:
        return Step.QUESTIONS_AFTER
    if listener.asked_before_at is None and questions_of(study, "before"):
        return Step.QUESTIONS_BEFORE
    if study.volume_check and listener.volume_checked_at is None:
        return Step.VOLUME
    if study.headphone_check and listener.headphone_correct is None:
        return Step.HEADPHONES
    if has_practice and listener.practised_at is None:
        return Step.PRACTICE
    return Step.SAMPLE


def next_item(session: Session, listener: Listener) -> Item | None:
    """Return the first sample of the listener's order that has no answer."""
    row = session.execute(_NEXT, {"listener": listener.id}).first()
    if row is None:
        return None
    return Item(
        sample_id=row.sample_id,
        position=row.position,
        total=row.total,
        sha256=row.sha256,
        media_type=row.media_type,
        seconds=row.seconds,
        intervals=as_intervals(row.intervals_heard),
        heard=row.heard_at is not None,
        shown=row.shown_at is not None,
    )
