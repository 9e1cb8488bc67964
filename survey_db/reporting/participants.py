"""Who took part in a study: how far each listener came, and why some do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_db.reporting.questionnaire import question_columns, question_record, question_types
from survey_db.reporting.responses import VERSION_LENGTH, Reader, reading
from survey_db.running.listener_state import Step, step_of
from survey_db.running.questions import questions_of
from survey_db.schema import Listener, Presentation, Response, Sample, Study

if TYPE_CHECKING:
    import pandas as pd

PARTICIPANT_COLUMNS: dict[str, str] = {
    "listener": "short random name of the listener within the study",
    "excluded_by": "why the listener counts in no result: preview, retake, screened out or inattentive "
    "(missed an attention check); empty otherwise",
    "reached": "how far the listener came: completed, screened out, or the step at which they are or left",
    "answers": "samples that the listener answered",
    "consented_at": "moment of consent, UTC",
    "last_seen_at": "moment of the last action, UTC",
    "completed_at": "moment of the last answer, UTC; empty where the session was not completed",
    "session_minutes": "from consent to the last action, in minutes",
    "language": "language in which the listener took part, by its ISO 639-1 code",
    "consent_version": "first twelve digits of the SHA-256 of the consent text that the listener agreed to",
    "musical_training": "years of lessons or of regular playing, as the listener stated them",
    "device": "what the listener listened on",
    "headphone_correct": "right answers in the headphone check, of six; empty where there was none",
}
"""The columns of a table of participants, one row per listener, and what each means."""

COMPLETED = "completed"


def read_participants(source: Session | Reader, study_id: int) -> pd.DataFrame:
    """Read everyone who agreed to take part in a study; what their links told of them is left out.

    Returns
    -------
    DataFrame
        One row per listener in the order in which they came, with the columns of
        `PARTICIPANT_COLUMNS` and those of `survey_db.reporting.questionnaire.question_columns`.
    """
    import pandas as pd

    with reading(source) as session:
        study = session.get_one(Study, study_id)
        questions = questions_of(study)
        practice = select(Sample.id).where(Sample.study_id == study_id, Sample.place == 0)
        has_practice = session.scalar(practice) is not None
        answers = (
            select(Response.listener_id, func.count().label("answers"))
            .where(Response.study_id == study_id)
            .group_by(Response.listener_id)
            .subquery()
        )
        rows = session.execute(
            select(Listener, func.coalesce(answers.c.answers, 0))
            .outerjoin(answers, answers.c.listener_id == Listener.id)
            .where(Listener.study_id == study_id)
            .order_by(Listener.consented_at, Listener.id)
        ).all()
        shown = set(
            session.scalars(
                select(Presentation.listener_id).where(
                    Presentation.study_id == study_id, Presentation.shown_at.is_not(None)
                )
            )
        )
    records = [
        _record(listener, count, _reached(study, listener, count, listener.id in shown, has_practice))
        | question_record(questions, listener.questionnaire)
        for listener, count in rows
    ]
    columns = [*PARTICIPANT_COLUMNS, *question_columns(questions)]
    frame = pd.DataFrame(records, columns=columns, dtype="object")
    moments = ("consented_at", "last_seen_at", "completed_at")
    return frame.astype(
        {
            **dict.fromkeys(moments, "datetime64[us, UTC]"),
            **{"answers": "int64", "session_minutes": "float64"},
            **question_types(questions),
        }
    )


def _reached(study: Study, listener: Listener, answers: int, shown: bool, has_practice: bool) -> str:
    step = step_of(study, listener, has_practice=has_practice, running=True)
    if step is Step.FINISHED:
        return COMPLETED
    if step is Step.SAMPLE:
        return f"clip {answers + 1}" if shown else "before the first clip"
    return str(step)


def _record(listener: Listener, answers: int, reached: str) -> dict[str, Any]:
    excluded = (
        "preview"
        if listener.is_test
        else "retake"
        if listener.is_retake
        else "screened out"
        if listener.screened_out_at
        else "inattentive"
        if listener.inattentive_at
        else None
    )
    session = listener.last_seen_at - listener.consented_at
    return {
        "listener": listener.short_id,
        "excluded_by": excluded,
        "reached": reached,
        "answers": answers,
        "consented_at": listener.consented_at,
        "last_seen_at": listener.last_seen_at,
        "completed_at": listener.completed_at,
        "session_minutes": session.total_seconds() / 60,
        "language": listener.language,
        "consent_version": (listener.consent_sha256 or "")[:VERSION_LENGTH] or None,
        "musical_training": listener.musical_training,
        "device": listener.device,
        "headphone_correct": listener.headphone_correct,
    }
