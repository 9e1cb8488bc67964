"""The results of a stored study: what `survey_db.statistics` needs, read from the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from survey_db.reporting.participants import read_participants
from survey_db.reporting.responses import read_machine_predictions, read_responses
from survey_db.reporting.stimuli import read_stimuli
from survey_db.running.lookup import find_study
from survey_db.running.preregistration import Preregistration, preregistration_of
from survey_db.running.questions import Question, questions_of
from survey_db.schema import Listener, MachinePrediction, Response, Sample, StudyGenre
from survey_db.statistics.effects import SCORE
from survey_db.statistics.selection import Filters
from survey_db.statistics.summary import StudyStatistics, summarise
from survey_db.store import Store
from survey_db.vocabulary import MUSICAL_TRAINING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class StudyData:
    """All that the statistics of one study are computed from.

    Parameters
    ----------
    slug, title, status : str
        The study's name in its link, its title and its state.
    offered : tuple of str
        Genres that its listeners may choose, in the order shown.
    responses, predictions : DataFrame
        As `survey_db.reporting.responses` reads them: one row per response, and
        one row per sample and classifier.
    participants, stimuli : DataFrame
        One row per listener who agreed to take part, and one row per sample.
    plan : Preregistration
        What was planned before the study was opened.
    opened_at : datetime or None
        When it was first opened, in UTC; None where that is not known.
    questions : tuple of Question
        What listeners were asked beside the clips.

    See Also
    --------
    read_study : Read one from the database.

    Examples
    --------
    >>> study = survey_db.read_study(survey_db.open_store("sqlite:///survey.db"), "published")
    >>> summary = study.summarise(survey_db.Filters())
    >>> summary.headline.listeners, round(summary.headline.mean_rating, 2)
    (32, 6.17)
    """

    slug: str
    title: str
    status: str
    offered: tuple[str, ...]
    responses: pd.DataFrame
    predictions: pd.DataFrame
    participants: pd.DataFrame
    stimuli: pd.DataFrame
    plan: Preregistration
    opened_at: datetime | None
    questions: tuple[Question, ...] = ()

    def summarise(self, filters: Filters) -> StudyStatistics:
        """Compute every statistic of the responses that pass the filters."""
        return summarise(
            self._scored_responses(),
            self.offered,
            study=self.title,
            predictions=self.predictions,
            training_levels=tuple(MUSICAL_TRAINING),
            filters=filters,
        )

    def _scored_responses(self) -> pd.DataFrame:
        """Return the responses, where the study asks for it with each listener's score of training."""
        if SCORE not in self.participants:
            return self.responses
        scores = self.participants.set_index("listener")[SCORE]
        return self.responses.assign(**{SCORE: self.responses["listener"].map(scores)})


@dataclass(frozen=True)
class Fingerprint:
    """What changes whenever the results of a study may have changed; equal ones need no new computation."""

    slug: str
    status: str
    answers: int
    last_answer: datetime | None
    listeners: int
    completed: int
    predictions: int


def read_study(store: Store, slug: str) -> StudyData:
    """Read a study for its results.

    Parameters
    ----------
    store : Store
        Where it is stored.
    slug : str
        Its name in its link.

    Raises
    ------
    SurveyError
        If there is no such study.

    See Also
    --------
    StudyData.summarise : Every statistic of its responses.

    Examples
    --------
    >>> study = survey_db.read_study(survey_db.open_store("sqlite:///survey.db"), "published")
    >>> study.responses[["listener", "sample", "guess", "rating"]].shape
    (192, 4)
    """
    with store.reading() as session:
        study = find_study(session, slug)
        offered = session.scalars(
            select(StudyGenre.genre).where(StudyGenre.study_id == study.id).order_by(StudyGenre.place)
        )
        return StudyData(
            slug=study.slug,
            title=study.title,
            status=study.status,
            offered=tuple(offered),
            responses=read_responses(session, study.id),
            predictions=read_machine_predictions(session, study.id),
            participants=read_participants(session, study.id),
            stimuli=read_stimuli(session, study.id),
            plan=preregistration_of(study),
            opened_at=study.opened_at,
            questions=tuple(questions_of(study)),
        )


def fingerprint(store: Store, slug: str) -> Fingerprint:
    """Read a study's fingerprint, at the cost of a few counts."""
    with store.reading() as session:
        study = find_study(session, slug)
        answers, last = session.execute(
            select(func.count(), func.max(Response.answered_at)).where(Response.study_id == study.id)
        ).one()
        listeners, completed = session.execute(
            select(func.count(), func.count(Listener.completed_at)).where(Listener.study_id == study.id)
        ).one()
        predictions = session.scalar(
            select(func.count())
            .select_from(MachinePrediction)
            .join(Sample, Sample.id == MachinePrediction.sample_id)
            .where(Sample.study_id == study.id)
        )
        return Fingerprint(study.slug, study.status, answers, last, listeners, completed, predictions or 0)
