"""The headline, as a study prints it, and the ratings and progress behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from survey_db.statistics.intervals import (
    Floats,
    Interval,
    Missing,
    listener_bootstrap,
    mean_interval,
    wilson,
)
from survey_db.statistics.recognition import RightShare, shares_by_sample
from survey_db.statistics.selection import listener_totals

RATINGS = tuple(range(1, 11))
"""The steps of the rating scale."""


@dataclass(frozen=True)
class Headline:
    """What the study reports first.

    Parameters
    ----------
    listeners, samples, answers : int
        How many there are.
    mean_rating : float
        Mean over all answers.
    rating_sd : float or Missing
        Standard deviation over all answers, with divisor n - 1.
    mean_interval : Interval or Missing
        Of the mean, by bootstrap over listeners.
    right : int
        Guesses that match the genre of the training data.
    share_right : float
        ``right / answers``.
    share_interval : Interval or Missing
        Of the share, by bootstrap over listeners.
    uniform_chance : float
        Share that guessing evenly among the genres offered gets right.
    best, worst : tuple of RightShare
        The samples with the highest and the lowest share; several on a tie.
    """

    listeners: int
    samples: int
    answers: int
    mean_rating: float
    rating_sd: float | Missing
    mean_interval: Interval | Missing
    right: int
    share_right: float
    share_interval: Interval | Missing
    uniform_chance: float
    best: tuple[RightShare, ...]
    worst: tuple[RightShare, ...]


@dataclass(frozen=True)
class SampleRatings:
    """The ratings of one sample.

    Parameters
    ----------
    sample, genre : str
        Its label and its intended genre.
    answers : int
        Number of ratings, one per listener.
    mean : float
        Their mean.
    sd : float or Missing
        Their standard deviation, with divisor n - 1.
    median : float
        Their median.
    interval : Interval or Missing
        Student's t interval of the mean.
    counts : tuple of int
        Number of ratings at each of `RATINGS`.
    known : int
        Listeners who said that they know the piece.
    """

    sample: str
    genre: str
    answers: int
    mean: float
    sd: float | Missing
    median: float
    interval: Interval | Missing
    counts: tuple[int, ...]
    known: int


@dataclass(frozen=True)
class Day:
    """Answers and newly heard listeners of one day (UTC), and their sums so far."""

    day: date
    answers: int
    answers_so_far: int
    listeners: int
    listeners_so_far: int


def headline(answers: pd.DataFrame, offered: Sequence[str]) -> Headline | Missing:
    """Return the headline of the study's own samples.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    offered : sequence of str
        Genres that listeners could choose.
    """
    if answers.empty:
        return Missing("Nobody has answered yet.")
    ratings = answers["rating"].to_numpy(dtype=np.float64)
    right = int(answers["right"].sum())
    totals, counts = listener_totals(answers)
    of_mean, of_share = listener_bootstrap(totals, counts)
    if isinstance(of_share, Interval) and of_share.low == of_share.high:
        # Where all listeners agree to the last guess, the bootstrap sees no spread at all.
        of_share = wilson(right, len(answers))
    by_sample = shares_by_sample(answers)
    shares = [sample.share for sample in by_sample]
    return Headline(
        listeners=len(counts),
        samples=len(by_sample),
        answers=len(answers),
        mean_rating=float(ratings.mean()),
        rating_sd=_sd(ratings),
        mean_interval=of_mean,
        right=right,
        share_right=right / len(answers),
        share_interval=of_share,
        uniform_chance=1 / len(offered),
        best=tuple(sample for sample in by_sample if sample.share == max(shares)),
        worst=tuple(sample for sample in by_sample if sample.share == min(shares)),
    )


def ratings_by_sample(answers: pd.DataFrame) -> tuple[SampleRatings, ...]:
    """Return the ratings of each sample, in the order of their labels."""
    return tuple(
        _sample_ratings(str(label), group)
        for label, group in answers[["sample", "intended_genre", "rating", "known_piece"]].groupby(
            "sample", observed=True, sort=True
        )
    )


def progress(answers: pd.DataFrame) -> tuple[Day, ...]:
    """Return how answers came in, from the first day to the last, empty days included.

    Answers without a time are left out.
    """
    answers = answers.dropna(subset="answered_at")
    if answers.empty:
        return ()
    moments = answers["answered_at"].dt.floor("D")
    days = pd.date_range(moments.min(), moments.max(), freq="D")
    answered = moments.value_counts().reindex(days, fill_value=0)
    first_heard = moments.groupby(answers["listener"], observed=True).min()
    started = first_heard.value_counts().reindex(days, fill_value=0)
    return tuple(
        Day(day.date(), *counts)
        for day, *counts in zip(
            days,
            answered.tolist(),
            answered.cumsum().tolist(),
            started.tolist(),
            started.cumsum().tolist(),
            strict=True,
        )
    )


def _sample_ratings(label: str, group: pd.DataFrame) -> SampleRatings:
    ratings = group["rating"].to_numpy(dtype=np.float64)
    counts = np.bincount(ratings.astype(int), minlength=len(RATINGS) + 1)[1:]
    return SampleRatings(
        sample=label,
        genre=str(group["intended_genre"].iloc[0]),
        answers=len(ratings),
        mean=float(ratings.mean()),
        sd=_sd(ratings),
        median=float(np.median(ratings)),
        interval=mean_interval(ratings),
        counts=tuple(counts.tolist()),
        known=int(group["known_piece"].sum()),
    )


def _sd(ratings: Floats) -> float | Missing:
    if len(ratings) < 2:
        return Missing("A standard deviation needs at least two answers.")
    return float(ratings.std(ddof=1))
