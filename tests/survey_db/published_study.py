"""A reconstruction of the published study's responses.

The study printed figures, not responses: six samples, 32 listeners, ratings
6.17 ± 2.30, 32.81 % of the guesses right, 25 of 32 for the best sample (number
4, hip hop) and 1 of 32 for the worst (number 5, rock). What is built here
agrees with all of these and is made up in everything else: which genres the
other four samples had, who guessed what, and who gave which rating.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd

from survey_db.statistics.summary import StudyStatistics, summarise

OFFERED = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
TRAINING_LEVELS = ("none", "under_3", "3_to_10", "over_10")
LISTENERS = 32
SAMPLES = ("jazz", "classical", "metal", "hiphop", "rock", "country")
RIGHT = (12, 11, 8, 25, 1, 6)
# How many of the 192 ratings take each step from 1 to 10. The study does not say whether its
# standard deviation divides by n or by n - 1: these print as 2.30 either way.
RATING_COUNTS = (6, 12, 12, 13, 23, 31, 35, 29, 22, 9)
# What two classifiers might say of the six samples; the study compared none.
CHOICES: Mapping[str, Sequence[str]] = {
    "knn": ("rock",) * 6,
    "cnn": ("blues", *SAMPLES[1:3], "rock", *SAMPLES[4:]),
}


def reconstructed_responses() -> pd.DataFrame:
    """Return 192 made-up responses that agree with every printed figure."""
    rng = np.random.default_rng(LISTENERS)
    shape = (LISTENERS, len(SAMPLES))
    # Some listeners rate higher than others, and some samples are rated higher: the scores
    # say who gets the higher of the ratings that there are.
    scores = rng.normal(0, 1, (LISTENERS, 1)) + rng.normal(0, 0.7, len(SAMPLES)) + rng.normal(0, 1.5, shape)
    ratings = np.empty(scores.size, dtype=int)
    ratings[np.argsort(scores, axis=None)] = np.repeat(np.arange(1, 11), RATING_COUNTS)
    # The same for ears: of each sample, those who hear best are right.
    hearing = rng.normal(0, 0.5, (LISTENERS, 1)) + rng.normal(0, 1, shape)
    right = hearing.argsort(axis=0).argsort(axis=0) < np.array(RIGHT)
    rows = []
    for (listener, place), rating in zip(np.ndindex(shape), ratings.tolist(), strict=True):
        genre = SAMPLES[place]
        wrong = [other for other in OFFERED if other != genre]
        rows.append(
            {
                "study": "published",
                "sample": f"Sample {place + 1}",
                "intended_genre": genre,
                "system": None,
                "composition": None,
                "listener": f"L{listener + 1:02d}",
                "guess": genre if right[listener, place] else wrong[rng.integers(len(wrong))],
                "rating": rating,
                "position": (place + listener) % len(SAMPLES) + 1,
                "seconds_heard": 30.0,
                "intervals_heard": "[[0.0, 30.0]]",
                "times_played": 1,
                "known_piece": False,
                "comment": None,
                "control": "none",
                "repeat_of": None,
                "musical_training": TRAINING_LEVELS[listener % len(TRAINING_LEVELS)],
                "device": "headphones",
                "language": "en",
                "consent_version": None,
                "session_complete": True,
                "passed_checks": True,
                "is_test": False,
                "is_retake": False,
                "answered_at": pd.Timestamp("2020-03-02", tz="UTC")
                + pd.Timedelta(days=listener // 4, minutes=place),
            }
        )
    return pd.DataFrame(rows)


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
