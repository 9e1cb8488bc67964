"""The reconstruction of the published study, with what only tests add: classifiers and control items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd

from survey_db.genres import GENRES as OFFERED
from survey_db.statistics.reconstruction import RIGHT as RIGHT  # for the tests of figures
from survey_db.statistics.reconstruction import SAMPLES, TRAINING_LEVELS, reconstructed_responses
from survey_db.statistics.summary import StudyStatistics, summarise

# What two classifiers might say of the six samples; the study compared none.
CHOICES: Mapping[str, Sequence[str]] = {
    "knn": ("rock",) * 6,
    "cnn": ("blues", *SAMPLES[1:3], "rock", *SAMPLES[4:]),
}


@cache
def reconstructed_summary() -> StudyStatistics:
    """Return the statistics of the reconstruction, with control items and two classifiers."""
    return summarise(
        with_controls(reconstructed_responses()),
        OFFERED,
        study="Reconstruction",
        predictions=predictions(),
        training_levels=TRAINING_LEVELS,
    )


def with_controls(responses: pd.DataFrame) -> pd.DataFrame:
    """Add answers to a low anchor, a high anchor and a repeat of sample 1."""
    first = responses[responses["sample"] == "Sample 1"]
    turns = np.arange(len(first))
    again = np.clip(first["rating"].to_numpy() + turns % 3 - 1, 1, 10)
    items = [
        first.assign(sample="Low anchor 1", control="low_anchor", intended_genre=None, rating=1 + turns % 3),
        first.assign(sample="High anchor 1", control="high_anchor", rating=8 + turns % 3),
        first.assign(sample="Repeat 1", control="repeat", repeat_of="Sample 1", rating=again),
    ]
    moved = [item.assign(position=7 + place) for place, item in enumerate(items)]
    return pd.concat([responses, *moved], ignore_index=True)


def predictions() -> pd.DataFrame:
    """Return what two made-up classifiers say: one right but for samples 1 and 4, one of rock alone."""
    rows = [
        {"study": "published", "sample": f"Sample {place + 1}", "model": model}
        | dict(zip(OFFERED, shares(chosen[place]), strict=True))
        for model, chosen in CHOICES.items()
        for place in range(len(SAMPLES))
    ]
    return pd.DataFrame(rows)


def shares(choice: str) -> list[float]:
    """Return shares that favour one genre."""
    return [0.82 if genre == choice else 0.02 for genre in OFFERED]
