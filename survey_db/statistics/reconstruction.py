"""A reconstruction of the published study's responses: what results look like before there are any.

The study printed figures, not responses: six samples, 32 listeners, ratings
6.17 ± 2.30, 32.81% of the guesses right, 25 of 32 for the best sample (number
4, hip hop) and 1 of 32 for the worst (number 5, rock). What is built here
agrees with all of these and is made up in everything else: which genres the
other four samples had, who guessed what, and who gave which rating.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_db.genres import GENRES
from survey_db.statistics.summary import StudyStatistics, summarise
from survey_db.vocabulary import MUSICAL_TRAINING

TITLE = "Reconstruction of the published study"
TRAINING_LEVELS = tuple(MUSICAL_TRAINING)
LISTENERS = 32
SAMPLES = ("jazz", "classical", "metal", "hiphop", "rock", "country")
RIGHT = (12, 11, 8, 25, 1, 6)
# How many of the 192 ratings take each step from 1 to 10. The study does not say whether its
# standard deviation divides by n or by n - 1: these print as 2.30 either way.
RATING_COUNTS = (6, 12, 12, 13, 23, 31, 35, 29, 22, 9)


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
        wrong = [other for other in GENRES if other != genre]
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
                "seconds_to_answer": None,
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
                "is_inattentive": False,
                "answered_at": pd.Timestamp("2020-03-02", tz="UTC")
                + pd.Timedelta(days=listener // 4, minutes=place),
            }
        )
    return pd.DataFrame(rows)


def example_summary() -> StudyStatistics:
    """Return the statistics of the reconstruction, whose answers nobody gave."""
    return summarise(reconstructed_responses(), GENRES, study=TITLE, training_levels=TRAINING_LEVELS)
