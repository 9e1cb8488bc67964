"""How far listeners agree with one another: Krippendorff's alpha."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from survey_db.statistics.intervals import Floats, Interval, Missing, t_quantile

Metric = Literal["nominal", "ordinal"]


@dataclass(frozen=True)
class Reliability:
    """Krippendorff's alpha of one question.

    Parameters
    ----------
    metric : {"nominal", "ordinal"}
        How far apart two answers are: differing or not, or by the number of
        answers between their ranks.
    alpha : float
        1 where all agree, 0 where they agree as if answers were given at random,
        below 0 where they agree less than that.
    interval : Interval or Missing
        By jackknife over listeners.
    samples, listeners, answers : int
        What could be compared: samples with at least two answers.
    """

    metric: Metric
    alpha: float
    interval: Interval | Missing
    samples: int
    listeners: int
    answers: int


def reliability(answers: pd.DataFrame, question: str, metric: Metric) -> Reliability | Missing:
    """Return Krippendorff's alpha over samples as units and listeners as coders.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    question : str
        The column that holds the answers: ``guess`` or ``rating``.
    metric : {"nominal", "ordinal"}
        The distance between answers.
    """
    units = pd.factorize(answers["sample"])[0]
    values, levels = pd.factorize(answers[question], sort=True)
    coders = pd.factorize(answers["listener"])[0]
    counts = np.zeros((units.max(initial=-1) + 1, len(levels)))
    np.add.at(counts, (units, values), 1.0)
    pairable = counts[counts.sum(axis=1) >= 2]
    if not len(pairable):
        return Missing("Agreement among listeners needs a sample that two of them answered.")
    if (pairable.sum(axis=0) > 0).sum() < 2:
        return Missing(
            "All listeners gave one and the same answer, so agreement beyond chance has no meaning."
        )
    alpha = float(krippendorff_alpha(counts[None], metric)[0])
    return Reliability(
        metric=metric,
        alpha=alpha,
        interval=_jackknife(counts, units, values, coders, alpha, metric),
        samples=len(pairable),
        listeners=len(np.unique(coders)),
        answers=int(pairable.sum()),
    )


def krippendorff_alpha(counts: Floats, metric: Metric) -> Floats:
    """Return alpha of one or more tables of answers.

    Parameters
    ----------
    counts : ndarray, shape (n_tables, n_units, n_values)
        How many coders gave each unit each value, values in rank order.
    metric : {"nominal", "ordinal"}
        The distance between values.

    Returns
    -------
    ndarray, shape (n_tables,)
        ``1 - D_o / D_e``: observed over expected disagreement in the coincidence
        matrix, whose pairs within a unit of m answers weigh ``1 / (m - 1)``
        (Krippendorff, 2011, "Computing Krippendorff's alpha-reliability",
        https://repository.upenn.edu/asc_papers/43). NaN where all values are equal.
    """
    answers = counts.sum(axis=2)
    weights = np.where(answers >= 2, 1 / np.maximum(answers - 1, 1), 0.0)
    weighted = counts * weights[:, :, None]
    coincidences = weighted.transpose(0, 2, 1) @ counts
    diagonal = np.arange(counts.shape[2])
    coincidences[:, diagonal, diagonal] -= weighted.sum(axis=1)
    margins = coincidences.sum(axis=2)
    distances = _distances(margins, metric)
    observed = (coincidences * distances).sum(axis=(1, 2))
    expected = np.einsum("ti,tij,tj->t", margins, distances, margins) / (margins.sum(axis=1) - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha: Floats = 1 - observed / expected
    return alpha


def _distances(margins: Floats, metric: Metric) -> Floats:
    """Squared distances between values, shape (n_tables, n_values, n_values)."""
    values = margins.shape[1]
    if metric == "nominal":
        return np.broadcast_to(1 - np.eye(values), (len(margins), values, values))
    # Answers between two ranks, both ends counted half: a difference of mid-ranks.
    middles = np.cumsum(margins, axis=1) - margins / 2
    squared: Floats = (middles[:, :, None] - middles[:, None, :]) ** 2
    return squared


def _jackknife(
    counts: Floats,
    units: npt.NDArray[np.intp],
    values: npt.NDArray[np.intp],
    coders: npt.NDArray[np.intp],
    alpha: float,
    metric: Metric,
) -> Interval | Missing:
    """Student's t interval from leaving each listener out in turn (Efron and Tibshirani, 1993, §11)."""
    listeners = coders.max() + 1
    if listeners < 3:
        return Missing("An interval of the agreement among listeners needs at least three of them.")
    left_out = np.empty(listeners)
    at_once = max(1, 2_000_000 // counts.size)
    order = np.argsort(coders, kind="stable")
    bounds = np.searchsorted(coders[order], np.arange(listeners + 1))
    for first in range(0, listeners, at_once):
        last = min(first + at_once, listeners)
        rows = order[bounds[first] : bounds[last]]
        tables = np.repeat(counts[None], last - first, axis=0)
        np.subtract.at(tables, (coders[rows] - first, units[rows], values[rows]), 1.0)
        left_out[first:last] = krippendorff_alpha(tables, metric)
    if not np.isfinite(left_out).all():
        return Missing("The agreement rests on a single listener, so it has no interval.")
    error = math.sqrt((listeners - 1) / listeners * float(((left_out - left_out.mean()) ** 2).sum()))
    half = t_quantile(listeners - 1) * error
    return Interval(alpha - half, min(1.0, alpha + half))
