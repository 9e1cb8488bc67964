"""Who takes part in a study, how far they are, and taking one of them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from survey_db.errors import SurveyError
from survey_db.running.lookup import counts_in_results, find_study
from survey_db.schema import Listener, Response, Sample
from survey_db.texts import clean_line
from survey_db.transactions import Transactions

DROP_OUT_AFTER = timedelta(hours=1)
"""A listener who has done nothing for so long is counted as dropped out until they return."""


@dataclass(frozen=True)
class Progress:
    """How far a study has come; tests, retakes and inattentive listeners are not counted.

    ``answers`` has the number of answers of each sample, by label.
    """

    started: int
    completed: int
    active: int
    dropped_out: int
    screened_out: int
    answers: Mapping[str, int]


@dataclass(frozen=True)
class Attendance:
    """One listener of a study, as the administrator sees them."""

    short_id: str
    is_test: bool
    is_retake: bool
    consented_at: datetime
    last_seen_at: datetime
    answers: int
    completion_code: str | None
    screened_out: bool
    is_inattentive: bool
    identifiers: Mapping[str, str]


class Attendances:
    """The listeners of every study; reached as ``Store.attendances``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def progress(self, slug: str) -> Progress:
        """Count a study's listeners and answers."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            listeners = session.scalars(
                select(Listener).where(Listener.study_id == study.id, counts_in_results())
            ).all()
            counts = select(Sample.label, func.count(Listener.id).label("answers")).where(
                Sample.study_id == study.id, Sample.place > 0
            )
            counts = (
                counts.outerjoin(Response, Response.sample_id == Sample.id)
                .outerjoin(Listener, (Listener.id == Response.listener_id) & counts_in_results())
                .group_by(Sample.id, Sample.label, Sample.place)
                .order_by(Sample.place)
            )
            answers = {row.label: row.answers for row in session.execute(counts)}
        completed = sum(listener.completed_at is not None for listener in listeners)
        active = sum(
            listener.completed_at is None
            and listener.screened_out_at is None
            and listener.last_seen_at > self._database.clock() - DROP_OUT_AFTER
            for listener in listeners
        )
        screened_out = sum(listener.screened_out_at is not None for listener in listeners)
        started = len(listeners)
        dropped_out = started - completed - active - screened_out
        return Progress(started, completed, active, dropped_out, screened_out, answers)

    def all(self, slug: str) -> list[Attendance]:
        """List a study's listeners, the latest first."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            rows = session.execute(
                select(Listener, func.count(Response.sample_id))
                .outerjoin(Response, Response.listener_id == Listener.id)
                .where(Listener.study_id == study.id)
                .group_by(Listener.id)
                .order_by(Listener.consented_at.desc(), Listener.id.desc())
            ).all()
        return [
            Attendance(
                short_id=listener.short_id,
                is_test=listener.is_test,
                is_retake=listener.is_retake,
                consented_at=listener.consented_at,
                last_seen_at=listener.last_seen_at,
                answers=answers,
                completion_code=listener.completion_code,
                screened_out=listener.screened_out_at is not None,
                is_inattentive=listener.inattentive_at is not None,
                identifiers=listener.identifiers,
            )
            for listener, answers in rows
        ]

    def withdraw(self, slug: str, listener: str) -> int:
        """Delete everything about one listener.

        Parameters
        ----------
        slug : str
            The study.
        listener : str
            Their short name in the data, or the completion code they were shown.

        Returns
        -------
        int
            How many answers were deleted.
        """
        name = clean_line(listener)
        with self._database.writing() as session:
            study = find_study(session, slug)
            found = session.scalar(
                select(Listener).where(
                    Listener.study_id == study.id,
                    (Listener.short_id == name) | (Listener.completion_code == name),
                )
            )
            if found is None:
                raise SurveyError(f"The study has no listener “{name}”.")
            answers = session.scalar(select(func.count()).where(Response.listener_id == found.id))
            session.delete(found)
            return answers or 0
