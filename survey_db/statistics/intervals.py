"""Intervals, exact tests and corrections that the other statistics share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

LEVEL = 0.95
"""Confidence level of every interval."""

MIN_LISTENERS = 12
"""Listeners that the bootstrap needs; with fewer, its intervals cover less than 93%."""

SEED = 20_240_229
"""Seed of the bootstrap, so that the same responses always give the same interval."""

REPLICATES = 10_000
"""Replicates of the bootstrap; fewer, but at least 2,000, for more than 100 kinds of listeners."""

_FEWEST_REPLICATES, _DRAWS = 2_000, 1_000_000


@dataclass(frozen=True)
class Interval:
    """A 95% confidence interval, both ends included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Missing:
    """A figure that cannot be computed yet; the reason is one sentence for people."""

    reason: str


def wilson(right: int, answers: int) -> Interval:
    """Return the Wilson score interval of a share of independent answers.

    Parameters
    ----------
    right : int
        Number of successes.
    answers : int
        Number of trials, 1 or more.

    Returns
    -------
    Interval
        As scipy computes it (Wilson, 1927, "Probable inference, the law of
        succession, and statistical inference").
    """
    from scipy.stats import binomtest

    found = binomtest(right, answers).proportion_ci(LEVEL, method="wilson")
    return Interval(float(found.low), float(found.high))


def clustered_interval(right: int, answers: int, design_effect: float, listeners: int) -> Interval:
    """Return the interval of a share of answers of which listeners gave several each.

    Parameters
    ----------
    right, answers : int
        Number of successes and of trials.
    design_effect : float
        How many times larger the clustering makes the variance of the share.
    listeners : int
        Number of listeners.

    Returns
    -------
    Interval
        Clopper and Pearson's exact interval for ``answers / design_effect``
        answers, lessened for the degrees of freedom of the design effect (Korn
        and Graubard, 1998, "Confidence intervals for proportions with small
        expected number of positive counts estimated from survey data", Survey
        Methodology 24:193-201).
    """
    from scipy.special import betaincinv

    effective = 1.0
    if listeners > 1:
        lessened = (t_quantile(answers - 1) / t_quantile(listeners - 1)) ** 2
        effective = max(1.0, answers / design_effect * min(1.0, lessened))
    hits, tail = right / answers * effective, (1 - LEVEL) / 2
    low = 0.0 if right == 0 else float(betaincinv(hits, effective - hits + 1, tail))
    high = 1.0 if right == answers else float(betaincinv(hits + 1, effective - hits, 1 - tail))
    return Interval(low, high)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Correct p-values for their number by Holm's step-down method, keeping their order.

    The k-th smallest of m is multiplied by m - k + 1 and made no smaller than
    the one before (Holm, 1979, "A simple sequentially rejective multiple test
    procedure").
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(stepped, 1.0)
    return tuple(corrected.tolist())


def mean_interval(values: Floats) -> Interval | Missing:
    """Return Student's t interval of the mean of independent values, shape (n,)."""
    if len(values) < 2:
        return Missing("An interval of a mean needs at least two answers.")
    half = t_quantile(len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))
    centre = float(values.mean())
    return Interval(centre - half, centre + half)


def ratio_error(totals: Floats, counts: Floats) -> Floats:
    """Return the standard errors of means over responses, shape (n_quantities,).

    Parameters are those of `listener_bootstrap`. The mean is a ratio of two sums
    over listeners; its variance is ``n/(n-1) Σ (t_i - m c_i)² / (Σ c_i)²``.
    """
    listeners = len(counts)
    residuals = totals - totals.sum(axis=0) / counts.sum() * counts[:, None]
    errors: Floats = np.sqrt(listeners / (listeners - 1) * (residuals**2).sum(axis=0)) / counts.sum()
    return errors


def t_quantile(freedom: float) -> float:
    """Return the quantile of Student's t that bounds the central 95%."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - (1 - LEVEL) / 2))


def listener_bootstrap(
    totals: Floats, counts: Floats, replicates: int = REPLICATES
) -> tuple[Interval | Missing, ...]:
    """Return intervals of means over responses by drawing whole listeners anew.

    The responses of one listener are not independent, so a replicate is a
    sample of listeners with replacement, each with all of their responses. The
    plain percentile interval is too narrow for few listeners (it takes the
    variance with divisor n, and the normal for Student's t); the percentiles
    are therefore moved out to ``Φ(-sqrt(n / (n - 1)) t(0.975, n - 1))``
    (Hesterberg, 2015, "What teachers should know about the bootstrap",
    https://doi.org/10.1080/00031305.2015.1089789).

    Parameters
    ----------
    totals : ndarray, shape (n_listeners, n_quantities)
        Sum of each quantity over a listener's responses.
    counts : ndarray, shape (n_listeners,)
        Number of responses of each listener, above 0.
    replicates : int
        How many replicates to draw.

    Returns
    -------
    tuple of Interval or Missing
        One per quantity.
    """
    listeners, quantities = totals.shape
    if listeners < MIN_LISTENERS:
        reason = f"An interval over listeners needs at least {MIN_LISTENERS} of them, not {listeners}."
        return tuple(Missing(reason) for _ in range(quantities))
    means = bootstrap_means(totals, counts, np.random.default_rng(SEED), replicates)
    inflation = listeners / (listeners - 1)
    return tuple(
        expanded_percentile(means[:, column], listeners - 1, inflation) for column in range(quantities)
    )


def bootstrap_means(
    totals: Floats, counts: Floats, rng: np.random.Generator, replicates: int = REPLICATES
) -> Floats:
    """Return replicates, shape (n_replicates, n_quantities), of the means over responses.

    Parameters are those of `listener_bootstrap`. Listeners with equal totals
    and counts are exchangeable, so that it is enough to draw how often each
    such kind of listener comes up.
    """
    kinds, listeners = np.unique(np.column_stack([totals, counts]), axis=0, return_counts=True)
    affordable = max(_DRAWS // len(kinds), _FEWEST_REPLICATES)
    drawn = rng.multinomial(listeners.sum(), listeners / listeners.sum(), size=min(replicates, affordable))
    sums = drawn @ kinds
    means: Floats = sums[:, :-1] / sums[:, -1:]
    return means


def expanded_percentile(replicates: Floats, freedom: float, inflation: float) -> Interval:
    """Return the percentile interval of bootstrap replicates, widened for few listeners.

    Parameters
    ----------
    replicates : ndarray, shape (n_replicates,)
        The statistic in each replicate.
    freedom : float
        Degrees of freedom of its standard error: n - 1 for a mean over n listeners.
    inflation : float
        Unbiased variance of the statistic over that of its replicates: n / (n - 1).
    """
    from scipy.special import ndtr

    tail = float(ndtr(-math.sqrt(inflation) * t_quantile(freedom)))
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return Interval(float(low), float(high))
