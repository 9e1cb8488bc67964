"""Reading a study back as tables: one row per response, one row per classifier's verdict."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session, aliased

from survey_db.genres import CANNOT_TELL, GENRES
from survey_db.schema import Listener, MachinePrediction, Presentation, Response, Sample, Study, System
from survey_db.vocabulary import HEADPHONE_PASS

if TYPE_CHECKING:
    import pandas as pd

RESPONSE_COLUMNS = (
    "study",
    "sample",
    "intended_genre",
    "system",
    "composition",
    "listener",
    "guess",
    "rating",
    "position",
    "seconds_heard",
    "intervals_heard",
    "times_played",
    "seconds_to_answer",
    "known_piece",
    "comment",
    "control",
    "repeat_of",
    "musical_training",
    "device",
    "language",
    "consent_version",
    "session_complete",
    "passed_checks",
    "is_test",
    "is_retake",
    "is_inattentive",
    "answered_at",
)
"""The columns of `read_responses`, in order."""

VERSION_LENGTH = 12
"""How many digits of a consent text's SHA-256 name it."""


class Reader(Protocol):
    """What can open a session for reading, as `survey_db.store.Store` can."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a session that only reads."""
        ...


def read_responses(source: Session | Reader, study_id: int) -> pd.DataFrame:
    """Read every response of a study, test answers and control items included.

    Parameters
    ----------
    source : Session or Store
        Where to read.
    study_id : int
        The study.

    Returns
    -------
    DataFrame
        One row per response, in the order of `RESPONSE_COLUMNS`, sorted by
        listener and position. ``listener`` is an anonymous short name;
        ``position`` is the 1-based place in the listener's own order;
        ``intended_genre`` is missing for random notes; ``intervals_heard`` is JSON; ``repeat_of`` names the
        sample that a repeated item repeats; ``passed_checks`` is true where
        the study has no headphone check; ``answered_at`` is in UTC.
    """
    import pandas as pd

    with reading(source) as session:
        rows = session.execute(_responses(study_id)).all()
    # As objects at first, so that what is missing stays None and never becomes a float.
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(RESPONSE_COLUMNS), dtype="object")
    types = {
        **dict.fromkeys(("rating", "position", "times_played"), "int64"),
        **dict.fromkeys(("known_piece", "session_complete", "passed_checks"), "bool"),
        **dict.fromkeys(("is_test", "is_retake", "is_inattentive"), "bool"),
        "seconds_heard": "float64",
        "seconds_to_answer": "float64",
        "answered_at": "datetime64[us, UTC]",
    }
    shown, answered = (pd.to_datetime(frame[name], utc=True) for name in ("seconds_to_answer", "answered_at"))
    frame["seconds_to_answer"] = (answered - shown).dt.total_seconds()
    return frame.astype(types)


def read_machine_predictions(source: Session | Reader, study_id: int) -> pd.DataFrame:
    """Read what the classifiers said of a study's samples.

    Returns
    -------
    DataFrame
        ``study``, ``sample``, ``model``, its ``version`` (empty where unknown) and a
        column of shares (0 to 1) for each of `survey_db.genres.GENRES`; one row per
        sample and model, in the samples' order. The practice clip is left out.
    """
    import pandas as pd

    query = (
        select(
            Study.slug,
            Sample.label,
            MachinePrediction.model,
            MachinePrediction.version,
            MachinePrediction.shares,
        )
        .join(Sample, Sample.id == MachinePrediction.sample_id)
        .join(Study, Study.id == Sample.study_id)
        .where(Study.id == study_id, Sample.place > 0)
        .order_by(Sample.place, MachinePrediction.model)
    )
    with reading(source) as session:
        rows = [(*named, *shares) for *named, shares in session.execute(query)]
    frame = pd.DataFrame(rows, columns=["study", "sample", "model", "version", *GENRES])
    return frame.astype(dict.fromkeys(GENRES, "float64"))


def reading(source: Session | Reader) -> AbstractContextManager[Session]:
    """Open a session for reading, or take the one that is open."""
    return nullcontext(source) if isinstance(source, Session) else source.reading()


def _responses(study_id: int) -> Select[Any]:
    """Build the query whose columns are those of `RESPONSE_COLUMNS`."""
    original = aliased(Sample)
    passed = (Study.headphone_check.is_(False)) | (Listener.headphone_correct >= HEADPHONE_PASS)
    columns: dict[str, Any] = {
        "study": Study.slug,
        "sample": Sample.label,
        "intended_genre": Sample.intended_genre,
        "system": System.name,
        "composition": Sample.composition,
        "listener": Listener.short_id,
        "guess": func.coalesce(Response.guess, CANNOT_TELL),
        "rating": Response.rating,
        "position": Presentation.position,
        "seconds_heard": Response.seconds_heard,
        # As it is stored: reading a hundred thousand of them apart would take seconds.
        "intervals_heard": cast(Response.intervals_heard, Text),
        "times_played": Response.times_played,
        "seconds_to_answer": Presentation.shown_at,  # until it is subtracted below
        "known_piece": Response.known_piece,
        "comment": Response.comment,
        "control": Sample.control,
        "repeat_of": original.label,
        "musical_training": Listener.musical_training,
        "device": Listener.device,
        "language": Listener.language,
        "consent_version": func.substr(Listener.consent_sha256, 1, VERSION_LENGTH),
        "session_complete": Listener.completed_at.is_not(None),
        "passed_checks": passed,
        "is_test": Listener.is_test,
        "is_retake": Listener.is_retake,
        "is_inattentive": Listener.inattentive_at.is_not(None),
        "answered_at": Response.answered_at,
    }
    return (
        select(*(columns[name].label(name) for name in RESPONSE_COLUMNS))
        .select_from(Response)
        .join(
            Presentation,
            (Presentation.listener_id == Response.listener_id)
            & (Presentation.sample_id == Response.sample_id),
        )
        .join(Listener, Listener.id == Response.listener_id)
        .join(Sample, Sample.id == Response.sample_id)
        .join(Study, Study.id == Response.study_id)
        .outerjoin(System, System.id == Sample.system_id)
        .outerjoin(original, original.id == Sample.repeat_of_id)
        .where(Study.id == study_id)
        .order_by(Listener.id, Presentation.position)
    )
