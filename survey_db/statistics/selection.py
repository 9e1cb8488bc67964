"""Which responses a statistic sees, and in which order samples are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from survey_db.statistics.intervals import Floats

COLUMNS: dict[str, str] = {
    "study": "short name of the study",
    "sample": "label of the sample within its study",
    "intended_genre": "genre of the training data of the sample; empty for random notes",
    "system": "name of what made the sample; empty where the study does not say",
    "composition": "name of the notes that the sample renders; empty where no other sample has them",
    "listener": "short random name of the listener within the study",
    "guess": "genre that the listener chose; cannot_tell where they said that they cannot tell",
    "rating": "musicality from 1 to 10, on the study's own scale",
    "position": "place of the sample in the listener's order, from 1",
    "seconds_heard": "how much of the sample was heard before the answer, in seconds",
    "intervals_heard": "intervals of the sample that were played before the answer, in order, each as "
    "[from, to] in seconds; empty where only their sum was recorded",
    "times_played": "how often the sample was played before the answer",
    "seconds_to_answer": "seconds from the moment the sample was shown to that of the answer; empty where "
    "the first is not known",
    "known_piece": "whether the listener said to know the piece",
    "comment": "what the listener wrote, empty if nothing",
    "control": "none for a sample of the study; low_anchor, high_anchor or repeat for control items",
    "repeat_of": "for a repeat: label of the sample that it repeats",
    "musical_training": "years of lessons or of regular playing, as the listener stated them",
    "device": "what the listener listened on",
    "language": "language in which the listener took part, by its ISO 639-1 code",
    "consent_version": "first twelve digits of the SHA-256 of the consent text that the listener agreed to",
    "session_complete": "whether the listener answered every sample",
    "passed_checks": "whether the listener passed the checks that the study asked for",
    "is_test": "whether the answer came from a preview of the study",
    "is_retake": "whether the genres of the study had been shown in the same browser before",
    "is_inattentive": "whether the listener missed an attention check",
    "answered_at": "moment of the answer, UTC",
}
"""The columns of a frame of responses, one row per response, and what each means."""


@dataclass(frozen=True)
class Filters:
    """Which responses count; those of previews, retakes and inattentive listeners never do.

    Parameters
    ----------
    complete_only : bool
        Only listeners who answered every sample.
    passed_checks_only : bool
        Only listeners who passed the study's listening checks.
    first_day, last_day : date, optional
        Only answers of these days and those between, in UTC.

    See Also
    --------
    StudyData.summarise : Every statistic of the responses that pass.

    Examples
    --------
    >>> survey_db.Filters(complete_only=True).describe()
    'complete sessions only'
    """

    complete_only: bool = False
    passed_checks_only: bool = False
    first_day: date | None = None
    last_day: date | None = None

    def describe(self) -> str:
        """Return the selection as a phrase, for the report."""
        parts = [
            "complete sessions only" if self.complete_only else "complete and broken-off sessions",
            "listeners who passed the checks only" if self.passed_checks_only else "",
            f"from {self.first_day.isoformat()}" if self.first_day else "",
            f"to {self.last_day.isoformat()}" if self.last_day else "",
        ]
        return ", ".join(part for part in parts if part)


def select(responses: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the responses that pass the filters, without those that never count."""
    never = responses[["is_test", "is_retake", "is_inattentive"]].astype(bool).any(axis="columns")
    keep = ~never
    if filters.complete_only:
        keep &= responses["session_complete"].astype(bool)
    if filters.passed_checks_only:
        keep &= responses["passed_checks"].astype(bool)
    if filters.first_day is not None:
        keep &= responses["answered_at"] >= pd.Timestamp(filters.first_day, tz="UTC")
    if filters.last_day is not None:
        keep &= responses["answered_at"] < pd.Timestamp(filters.last_day, tz="UTC") + pd.Timedelta(days=1)
    return responses[keep]


def study_answers(responses: pd.DataFrame) -> pd.DataFrame:
    """Return the responses to the study's own samples, without control items.

    Adds the column ``right``: whether the guess is the intended genre. Labels
    become categories in the order in which people count ("Sample 10" after
    "Sample 9"), so that every grouping comes out in that order.
    """
    answers = responses[responses["control"] == "none"]
    return answers.assign(
        right=answers["guess"] == answers["intended_genre"],
        sample=pd.Categorical(answers["sample"], in_counting_order(answers["sample"].unique())),
        listener=pd.Categorical(answers["listener"]),
    )


def listener_totals(answers: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the sums of ratings and right guesses, shape (n_listeners, 2), and the answers of each.

    The parameter is what `study_answers` returns.
    """
    table = answers.groupby("listener", observed=True).agg(
        rating=("rating", "sum"), right=("right", "sum"), answers=("right", "size")
    )
    totals: Floats = table[["rating", "right"]].to_numpy(dtype=np.float64)
    return totals, table["answers"].to_numpy(dtype=np.float64)


def in_counting_order(labels: Iterable[str]) -> list[str]:
    """Sort labels as people count, numbers by their value."""
    return sorted(
        labels,
        key=lambda label: [
            (part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", label)
        ],
    )
