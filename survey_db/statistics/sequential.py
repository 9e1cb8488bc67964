"""A test of the guesses that may be looked at after every listener without inflating its error.

The null hypothesis is that of `survey_db.statistics.blind`: a blind listener's
guesses do not depend on what was played. Listeners are the units, since one
listener's answers depend on one another. Given their guesses, a blind listener's
number right ``R`` has an exact distribution, with moment generating function
``M``, so that for any rate ``t`` the factor ``exp(t R) / M(t)`` is 1 on average,
whatever came before. The product over listeners is a martingale, and so is its
mean over rates, weighted by a half-normal distribution (Robbins' method of
mixtures). It starts at 1 and reaches ``1/level`` at any time at all with a
probability of ``level`` at most (Ville's inequality). Rates are positive: the test
is one-sided, and shows that genres are named right *more* often than blind.

The confidence sequence holds the mean share right of listeners at all times at
once, with a probability of ``1 - level`` at least. For each possible mean it bets
against it, and leaves out the means against which a bet has won too much
(Waudby-Smith and Ramdas, 2024), with a mixture of constant bets.

References
----------
Robbins, H. (1970). Statistical methods related to the law of the iterated
logarithm. Annals of Mathematical Statistics 41(5), 1397-1409.
https://doi.org/10.1214/aoms/1177696786

Howard, S. R., Ramdas, A., McAuliffe, J. & Sekhon, J. (2021). Time-uniform,
nonparametric, nonasymptotic confidence sequences. Annals of Statistics 49(2),
1055-1080. https://doi.org/10.1214/20-AOS1991

Waudby-Smith, I. & Ramdas, A. (2024). Estimating means of bounded random variables
by betting. Journal of the Royal Statistical Society B 86(1), 1-27.
https://doi.org/10.1093/jrsssb/qkad009
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_db.statistics.blind import Guesses
from survey_db.statistics.intervals import Codes, Floats, Interval
from survey_db.statistics.matching import kinds

RATES: Floats = np.arange(0.05, 4.0, 0.1)
"""Log odds by which a listener who hears is right more often than a blind one."""

WEIGHTS: Floats = np.exp(-(RATES**2) / 2) / np.exp(-(RATES**2) / 2).sum()
"""Of the rates in the mixture: half-normal, with a standard deviation of 1."""

_MEANS: Floats = np.linspace(0.0, 1.0, 401)
_BETS: Floats = (np.arange(20) + 0.5) / 20


@dataclass(frozen=True)
class SequentialTest:
    """The test after each listener who has completed their session, in the order in which they did.

    Parameters
    ----------
    level : float
        The largest probability of taking blind listeners for hearing ones, ever.
    least : int
        Listeners before whom nothing is decided.
    evidence : tuple of float
        The value of the martingale after each listener; at 1/level it decides.
    reached_at : int or None
        The number of listeners at which it first did, from ``least`` on.
    p_value : float
        Valid at any time: one over the largest value so far.
    share : float
        Mean share right of the listeners so far; 0 without any.
    interval : Interval
        The confidence sequence of that mean, valid at any time.
    """

    level: float
    least: int
    evidence: tuple[float, ...]
    reached_at: int | None
    p_value: float
    share: float
    interval: Interval

    @property
    def threshold(self) -> float:
        """The value at which the study may be closed."""
        return 1 / self.level

    @property
    def listeners(self) -> int:
        """Listeners who have completed their session."""
        return len(self.evidence)


def sequential_test(answers: pd.DataFrame, level: float, least: int = 1) -> SequentialTest:
    """Test the guesses of the listeners who have completed their session, one after the other.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them; broken-off
        sessions are left out.
    level : float
        Of the test and of the confidence sequence, e.g. 0.05.
    least : int
        Listeners before whom nothing is decided.
    """
    complete = answers[answers["session_complete"].astype(bool)]
    if complete.empty:
        return SequentialTest(level, least, (), None, 1.0, 0.0, Interval(0.0, 1.0))
    ended = complete.groupby("listener", observed=True)["answered_at"].max()
    order = sorted(ended.index, key=lambda listener: (ended[listener], listener))
    place = {listener: number for number, listener in enumerate(order)}
    guesses = Guesses.of(complete.iloc[complete["listener"].astype(object).map(place).argsort()])
    right = guesses.hits.sum(axis=1)
    log_values = log_evidence(guesses.heard, guesses.named, right)
    reached = np.flatnonzero((log_values >= -math.log(level)) & (np.arange(len(right)) + 1 >= least))
    shares = right / guesses.answers
    low, high = (float(ends[-1]) for ends in confidence_sequence(shares, level))
    return SequentialTest(
        level=level,
        least=least,
        evidence=tuple(np.exp(np.minimum(log_values, 700.0)).tolist()),
        reached_at=int(reached[0]) + 1 if len(reached) else None,
        p_value=float(min(1.0, math.exp(-max(log_values.max(), 0.0)))),
        share=float(shares.mean()),
        interval=Interval(low, high),
    )


def log_evidence(heard: Codes, named: Codes, right: Codes) -> Floats:
    """Return the logarithm of the martingale after each listener, shape (..., n_listeners).

    Parameters
    ----------
    heard, named : ndarray of int, shape (..., n_listeners, n_genres)
        Samples of each genre that a listener heard, and how often they named it;
        the two are broadcast against each other.
    right : ndarray of int, shape (..., n_listeners)
        Their numbers right.
    """
    pmfs, kind = kinds(heard, named)
    growth = np.array(
        [[math.log(pmf @ np.exp(rate * np.arange(len(pmf)))) for rate in RATES] for pmf in pmfs]
    )
    steps = right[..., None] * RATES - growth[kind]
    return _log_mean(steps.cumsum(axis=-2), WEIGHTS)


def confidence_sequence(shares: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the lower and the upper ends of the confidence sequence after each listener.

    Parameters
    ----------
    shares : ndarray, shape (n_listeners,)
        Share right of each listener, in the order of their coming.
    level : float
        Probability with which it may miss the mean at some time.

    Returns
    -------
    low, high : ndarray, shape (n_listeners,)
        Each end moves inwards only.
    """
    off = shares[:, None] - _MEANS[None, :]
    weights = np.full(2 * len(_BETS), 0.5 / len(_BETS))
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.nan_to_num(off / _MEANS, nan=0.0, posinf=np.inf)
        down = np.nan_to_num(-off / (1 - _MEANS), nan=0.0, posinf=np.inf)
        gains = np.concatenate([np.log1p(side[..., None] * _BETS) for side in (up, down)], axis=-1)
    wealth = _log_mean(gains.cumsum(axis=0), weights)
    kept = np.maximum.accumulate(wealth, axis=0) < -math.log(level)
    places = np.arange(len(_MEANS))
    step = _MEANS[1]
    # The means between two that are kept, or just beyond the last one, are not ruled out either.
    low = _MEANS[np.where(kept, places, len(_MEANS) - 1).min(axis=1)] - step
    high = _MEANS[np.where(kept, places, 0).max(axis=1)] + step
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def _log_mean(logs: Floats, weights: Floats) -> Floats:
    """Return the logarithm of a weighted mean over the last axis."""
    largest = logs.max(axis=-1, keepdims=True)
    safe = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(over="ignore"):
        mean = (np.exp(logs - safe) * weights).sum(axis=-1)
    return np.asarray(safe[..., 0] + np.log(mean), dtype=np.float64)
