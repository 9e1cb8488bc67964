"""Responses of anybody's survey made ready for the statistics: checked, and given the columns they lack."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from survey_db.errors import SurveyError
from survey_db.genres import CANNOT_TELL
from survey_db.statistics.headline import RATINGS

NEEDED = ("listener", "sample", "intended_genre", "guess", "rating")
"""The columns that every table of responses must have."""

_DEFAULTS: dict[str, str | int | bool | None] = {
    "study": "study",
    "system": None,
    "composition": None,
    "position": 1,  # one place for all: no effect of it can be computed, which the results then say
    "known_piece": False,
    "comment": None,
    "control": "none",
    "repeat_of": None,
    "musical_training": None,
    "session_complete": True,
    "passed_checks": True,
    "is_test": False,
    "is_retake": False,
    "is_inattentive": False,
    "answered_at": None,
}


def completed(responses: pd.DataFrame) -> pd.DataFrame:
    """Return responses with every column that the statistics read.

    Parameters
    ----------
    responses : DataFrame
        One row per response, with at least the columns `NEEDED`; those of
        `survey_db.statistics.selection.COLUMNS` that are missing are taken to
        say nothing special.

    Raises
    ------
    SurveyError
        If a column that is needed is missing or has gaps, a rating is not a
        whole number from 1 to 10, a listener answered a sample twice, or a
        sample has two genres; the message says where.
    """
    if lacking := [name for name in NEEDED if name not in responses.columns]:
        raise SurveyError(
            f"The responses lack the column {_quoted(lacking)}; each response needs {_quoted(NEEDED)}."
        )
    found = responses.copy(deep=False)
    for name in _DEFAULTS.keys() - set(responses.columns):
        found[name] = _DEFAULTS[name]
    found = found.assign(
        **{name: found[name].astype(str) for name in ("listener", "sample", "guess")},
        answered_at=pd.to_datetime(found["answered_at"], utc=True),
    )
    _check(responses, found)
    return found.astype({"rating": "int64"})


def genres_of(responses: pd.DataFrame, offered: Sequence[str] | None) -> tuple[str, ...]:
    """Return the genres offered: those stated, or else all that were named or intended.

    A guess that cannot tell names none.

    Raises
    ------
    SurveyError
        If a guess is not among those stated.
    """
    named = set(responses["guess"].astype(str)) - {CANNOT_TELL}
    if offered is None:
        return tuple(sorted(named | set(responses["intended_genre"].dropna().astype(str))))
    if strange := sorted(named - set(offered)):
        raise SurveyError(f"Listeners named {_quoted(strange)}, which is not among the genres offered.")
    return tuple(offered)


def _check(responses: pd.DataFrame, found: pd.DataFrame) -> None:
    for name in NEEDED:
        # Control items of random notes have no genre.
        gaps = responses[name].isna() & ((name != "intended_genre") | (found["control"] == "none"))
        if gaps.any():
            raise SurveyError(f"The response in {_row(gaps)} has no {name.replace('_', ' ')}.")
    ratings = pd.to_numeric(responses["rating"], errors="coerce")
    if (wrong := ~ratings.isin(RATINGS)).any():
        raise SurveyError(
            f"The rating in {_row(wrong)} is {responses.loc[wrong, 'rating'].iloc[0]}; ratings are whole "
            f"numbers from {RATINGS[0]} to {RATINGS[-1]}."
        )
    if (twice := found.duplicated(["listener", "sample"])).any():
        first = found[twice].iloc[0]
        raise SurveyError(f"Listener “{first['listener']}” answered “{first['sample']}” more than once.")
    genres = found[found["control"] == "none"].groupby("sample")["intended_genre"].nunique()
    if (several := genres[genres > 1]).any():
        raise SurveyError(f"“{several.index[0]}” has more than one intended genre.")


def _row(chosen: pd.Series) -> str:
    """Return which row is the first chosen one, counted as people count."""
    return f"row {int(chosen.to_numpy().argmax()) + 1}"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
