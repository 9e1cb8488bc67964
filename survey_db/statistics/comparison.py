"""Two studies side by side: a new generator against an old one, a replication against its original."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_db.statistics.intervals import (
    MIN_LISTENERS,
    REPLICATES,
    SEED,
    Floats,
    Interval,
    Missing,
    bootstrap_means,
    expanded_percentile,
    ratio_error,
)
from survey_db.statistics.recognition import shares_by_genre
from survey_db.statistics.selection import listener_totals


@dataclass(frozen=True)
class Difference:
    """A figure of two studies, and the second less the first.

    Parameters
    ----------
    name : str
        ``mean rating``, ``share right``, or a genre for the share right in it.
    first, second : float
        The figure in each study.
    difference : float
        ``second - first``.
    interval : Interval or Missing
        Of the difference.
    """

    name: str
    first: float
    second: float
    difference: float
    interval: Interval | Missing


@dataclass(frozen=True)
class StudyComparison:
    """Two studies compared.

    Parameters
    ----------
    first, second : str
        Their names.
    overall : tuple of Difference
        Of the mean rating and the share of right guesses; intervals by bootstrap
        over the listeners of each study.
    by_genre : tuple of Difference
        Of the share right in each genre that both studies have; Newcombe's intervals.
    """

    first: str
    second: str
    overall: tuple[Difference, ...]
    by_genre: tuple[Difference, ...]


def compare(
    first: pd.DataFrame,
    second: pd.DataFrame,
    names: tuple[str, str],
    genres: Sequence[str],
    replicates: int = REPLICATES,
) -> StudyComparison | Missing:
    """Compare two studies with separate listeners.

    Parameters
    ----------
    first, second : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    names : tuple of str
        Their names.
    genres : sequence of str
        The order in which genres are listed.
    replicates : int
        How many replicates the bootstrap draws.
    """
    for answers, name in zip((first, second), names, strict=True):
        if answers.empty:
            return Missing(f"Nobody has answered {name} yet.")
    return StudyComparison(
        *names, overall=_overall(first, second, replicates), by_genre=_by_genre(first, second, genres)
    )


def newcombe(first: tuple[float, Interval], second: tuple[float, Interval]) -> Interval:
    """Return the interval of a difference of independent shares, second less first.

    Parameters
    ----------
    first, second : tuple of float and Interval
        Each share with its Wilson interval.

    Returns
    -------
    Interval
        Newcombe's hybrid of the two (1998, "Interval estimation for the difference
        between independent proportions", Statistics in Medicine 17:873-890, method 10).
    """
    (share_1, wilson_1), (share_2, wilson_2) = first, second
    below = math.hypot(share_2 - wilson_2.low, wilson_1.high - share_1)
    above = math.hypot(wilson_2.high - share_2, share_1 - wilson_1.low)
    return Interval(share_2 - share_1 - below, share_2 - share_1 + above)


def _overall(first: pd.DataFrame, second: pd.DataFrame, replicates: int) -> tuple[Difference, ...]:
    (totals_1, counts_1), (totals_2, counts_2) = listener_totals(first), listener_totals(second)
    means_1, means_2 = totals_1.sum(axis=0) / counts_1.sum(), totals_2.sum(axis=0) / counts_2.sum()
    intervals = _difference_intervals(totals_1, counts_1, totals_2, counts_2, replicates)
    return tuple(
        Difference(name, float(one), float(two), float(two - one), interval)
        for name, one, two, interval in zip(
            ("mean rating", "share right"), means_1, means_2, intervals, strict=True
        )
    )


def _difference_intervals(
    totals_1: Floats, counts_1: Floats, totals_2: Floats, counts_2: Floats, replicates: int
) -> tuple[Interval | Missing, ...]:
    """Bootstrap each study's listeners; widen as `expanded_percentile`, on Welch's degrees of freedom."""
    fewest = min(len(counts_1), len(counts_2))
    if fewest < MIN_LISTENERS:
        reason = f"An interval needs at least {MIN_LISTENERS} listeners in each study; one has {fewest}."
        return tuple(Missing(reason) for _ in range(totals_1.shape[1]))
    rng = np.random.default_rng(SEED)
    drawn = [
        bootstrap_means(totals, counts, rng, replicates)
        for totals, counts in ((totals_1, counts_1), (totals_2, counts_2))
    ]
    shared = min(len(means) for means in drawn)
    differences = drawn[1][:shared] - drawn[0][:shared]
    sizes = np.array([[len(counts_1)], [len(counts_2)]])
    squares = np.stack([ratio_error(totals_1, counts_1), ratio_error(totals_2, counts_2)]) ** 2
    intervals: list[Interval | Missing] = []
    for column in range(totals_1.shape[1]):
        square = squares[:, column : column + 1]
        if not square.any():
            intervals.append(Missing("All listeners of both studies answered alike, so there is no spread."))
            continue
        freedom = float(square.sum() ** 2 / (square**2 / (sizes - 1)).sum())
        inflation = float(square.sum() / (square * (sizes - 1) / sizes).sum())
        intervals.append(expanded_percentile(differences[:, column], freedom, inflation))
    return tuple(intervals)


def _by_genre(first: pd.DataFrame, second: pd.DataFrame, genres: Sequence[str]) -> tuple[Difference, ...]:
    ones, twos = (
        {genre.group: genre for genre in shares_by_genre(answers, genres)} for answers in (first, second)
    )
    return tuple(
        Difference(
            genre,
            ones[genre].share,
            twos[genre].share,
            twos[genre].share - ones[genre].share,
            newcombe((ones[genre].share, ones[genre].interval), (twos[genre].share, twos[genre].interval)),
        )
        for genre in ones
        if genre in twos
    )
