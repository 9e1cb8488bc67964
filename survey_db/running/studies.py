"""Making studies, and opening, pausing, closing and archiving them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.running.lookup import find_study
from survey_db.running.questions import Question, question_records
from survey_db.running.recruitment import Recruitment, check_screening, recruitment_record
from survey_db.running.samples import NewSample, add_samples, check_offered, prepare, study_orders
from survey_db.running.systems import NewSystem, add_system
from survey_db.running.words import StudyWords, wordings
from survey_db.schema import Sample, Study, StudyGenre
from survey_db.texts import (
    MAX_INTRODUCTION_LENGTH,
    MAX_TITLE_LENGTH,
    clean,
    clean_line,
    is_slug,
    limited,
)
from survey_db.transactions import Transactions
from survey_db.vocabulary import FEEDBACK, MAX_LOUDNESS, MIN_LOUDNESS

DEFAULT_INTRODUCTION = (
    "You will hear short pieces of music, one after another. For each one, say which genre you hear in it "
    "and how musical you find it. You need to know nothing beforehand: we want to learn what you hear."
)

# What each state may become.
_NEXT_STATUS = {
    "draft": {"open"},
    "open": {"paused", "closed"},
    "paused": {"open", "closed"},
    "closed": {"open"},
}


@dataclass(frozen=True, kw_only=True)
class NewStudy:
    """A study to be made.

    Parameters
    ----------
    title : str
        What listeners see.
    slug : str, optional
        The study's name in its link; made from the title otherwise.
    introduction : str
        What listeners read before they begin.
    genres : sequence of str
        What they may choose from.
    require_full_hearing : bool
        Whether a clip must be heard to its end before it is judged.
    volume_check, headphone_check : bool
        Whether listeners first set the volume, and whether they are asked to
        pass a check that needs headphones.
    feedback : str
        When they learn how their guesses compare, one of `survey_db.vocabulary.FEEDBACK`.
    target_loudness : float
        What the samples are set to, in LUFS.
    systems : sequence of NewSystem
        What made the samples, where the study compares systems.
    sitting_size : int, optional
        How many samples a listener hears at most; all that may be heard
        together by default.
    renderings_together : bool
        Whether one listener may hear several renderings of one composition.
    words : sequence of StudyWords
        What listeners read, in each of the languages that they may choose.
    recruitment : Recruitment
        How listeners come to the study and leave it.
    cannot_tell : bool
        Whether listeners may say that they cannot tell a clip's genre.
    questions : sequence of Question
        What they are asked beside the clips.

    See Also
    --------
    NewSample : A sample to be added to it.
    open_store : Where to make it.

    Examples
    --------
    >>> survey_db.NewStudy(title="Jazz or rock?", genres=["jazz", "rock"]).target_loudness
    -16.0
    """

    title: str
    slug: str | None = None
    introduction: str = DEFAULT_INTRODUCTION
    genres: Sequence[str] = GENRES
    require_full_hearing: bool = True
    volume_check: bool = True
    headphone_check: bool = False
    feedback: str = "at_once"
    target_loudness: float = -16.0
    systems: Sequence[NewSystem] = ()
    sitting_size: int | None = None
    renderings_together: bool = False
    words: Sequence[StudyWords] = ()
    recruitment: Recruitment = field(default_factory=Recruitment)
    cannot_tell: bool = False
    questions: Sequence[Question] = ()


class Studies:
    """Studies and their samples; reached as ``Store.studies``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def create(self, new: NewStudy, samples: Sequence[NewSample] = (), *, open_now: bool = False) -> Study:
        """Make a study with its samples; in draft, or open to listeners at once.

        Raises
        ------
        SurveyError
            If its link's name is taken, a genre is unknown or a sample unfit.
        """
        new = checked_settings(new)
        with self._database.reading() as session:
            _free_slug(session, new)  # a name that is taken is refused before all samples have been measured
        prepared = [prepare(sample) for sample in samples]

        def change(session: Session) -> str:
            study = insert_study(session, new, self._database.clock())
            add_samples(session, study, prepared)
            if open_now:
                _open(session, study, self._database.clock())
            return study.slug

        return self.get(self._database.write(change))

    def get(self, slug: str) -> Study:
        """Return a study by the name in its link.

        Raises
        ------
        SurveyError
            If there is none.
        """
        with self._database.reading() as session:
            return find_study(session, slug)

    def all(self, *, archived: bool = False) -> list[Study]:
        """List the studies, newest first; archived ones only if asked for."""
        query = select(Study).order_by(Study.created_at.desc(), Study.id.desc())
        if not archived:
            query = query.where(Study.archived_at.is_(None))
        with self._database.reading() as session:
            return list(session.scalars(query))

    def set_status(self, slug: str, status: str) -> None:
        """Open, pause or close a study.

        Raises
        ------
        SurveyError
            If it cannot become that from what it is, or has no samples.
        """
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            if study.status == status:
                return
            if status not in _NEXT_STATUS[study.status] or study.archived_at:
                state = "archived" if study.archived_at else f"in state “{study.status}”"
                raise SurveyError(f"A study that is {state} cannot become “{status}”.")
            if status == "open":
                _open(session, study, self._database.clock())
            study.status = status

    def archive(self, slug: str, *, archived: bool = True) -> None:
        """Put a study away, closing it; or take it back out. Nothing is deleted."""
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            study.archived_at = self._database.clock() if archived else None
            if archived and study.status != "draft":
                study.status = "closed"


def checked_settings(new: NewStudy) -> NewStudy:
    """Return a study's settings with its texts cleaned.

    Raises
    ------
    SurveyError
        If one of them is unfit.
    """
    title = limited("A title", clean_line(new.title), MAX_TITLE_LENGTH)
    introduction = limited("An introduction", clean(new.introduction), MAX_INTRODUCTION_LENGTH)
    if not title:
        raise SurveyError("A study needs a title.")
    if not new.genres or not set(new.genres) <= set(GENRES):
        raise SurveyError(f"Offer one or more of these genres: {', '.join(GENRES)}.")
    if not MIN_LOUDNESS <= new.target_loudness <= MAX_LOUDNESS:
        raise SurveyError(f"The loudness of a study lies between {MIN_LOUDNESS:g} and {MAX_LOUDNESS:g} LUFS.")
    if new.feedback not in FEEDBACK:
        raise SurveyError(f"Feedback is given at one of these times: {', '.join(FEEDBACK)}.")
    if new.sitting_size is not None and new.sitting_size < 1:
        raise SurveyError("A sitting holds at least one sample.")
    check_screening(new.recruitment, new.headphone_check)
    recruitment_record(new.recruitment)
    wordings(new.words)
    question_records(new.questions)
    return replace(new, title=title, introduction=introduction)


def insert_study(session: Session, new: NewStudy, now: datetime) -> Study:
    """Add a study without samples in an open transaction; its settings have been checked."""
    study = Study(
        slug=_free_slug(session, new),
        title=new.title,
        introduction=new.introduction,
        status="draft",
        preview_key=f"preview_{secrets.token_urlsafe(16)}",
        created_at=now,
        require_full_hearing=new.require_full_hearing,
        volume_check=new.volume_check,
        headphone_check=new.headphone_check,
        feedback=new.feedback,
        sitting_size=new.sitting_size,
        renderings_together=new.renderings_together,
        target_loudness=new.target_loudness,
        genres=genres_offered(new.genres),
        words=wordings(new.words),
        recruitment=recruitment_record(new.recruitment),
        cannot_tell=new.cannot_tell,
        questions=question_records(new.questions),
    )
    session.add(study)
    session.flush()
    for system in new.systems:
        add_system(session, study, system)
    return study


def genres_offered(genres: Collection[str]) -> list[StudyGenre]:
    """Return the rows of the genres that a study offers, in the order in which they are shown."""
    return [
        StudyGenre(genre=genre, place=place)
        for place, genre in enumerate(genre for genre in GENRES if genre in genres)
    ]


def _open(session: Session, study: Study, now: datetime) -> None:
    """Open a study, having seen that its samples can be named and put in order."""
    if study.status == "draft":
        judged = select(Sample.intended_genre).where(Sample.study_id == study.id, Sample.place > 0)
        for genre in session.scalars(judged):
            if genre is not None:
                check_offered(study, genre)
    if not session.scalar(select(Sample.id).where(Sample.study_id == study.id, Sample.place > 0).limit(1)):
        raise SurveyError("Add a sample to judge first: a study without one cannot be opened.")
    study_orders(session, study)
    study.status = "open"
    study.opened_at = study.opened_at or now


def _free_slug(session: Session, new: NewStudy) -> str:
    wanted = new.slug or re.sub(r"[^a-z0-9]+", "-", new.title.lower()).strip("-")[:48] or "study"
    if not is_slug(wanted):
        raise SurveyError("The name in the link may have small letters, digits and single hyphens.")
    taken = set(session.scalars(select(Study.slug).where(Study.slug.startswith(wanted))))
    if wanted not in taken:
        return wanted
    if new.slug:
        raise SurveyError(f"There is a study “{wanted}” already.")
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{wanted}-{number}") not in taken)
