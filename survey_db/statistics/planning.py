"""How many listeners a study needs to show that its genres are heard, by simulation of the test itself.

A planned study is drawn many times: each listener hears the genre of a sample
now and then, and otherwise names any genre offered, by preferences of their own;
listeners differ in both. The same exact tests that the results use say in how
many of these studies the effect is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from survey_db.errors import SurveyError
from survey_db.statistics.intervals import SEED, Interval, wilson
from survey_db.statistics.printing import percent
from survey_db.statistics.simulation import (
    Design,
    overall_p_values,
    sample_p_values,
    simulated_guesses,
    varied_pool,
)

DRAWS = 1_000
"""Studies drawn to estimate a power."""

MOST_LISTENERS = 1_000
"""Listeners up to which a number needed is sought."""

MOST_SAMPLES = 60

_AT_ONCE = 2_000_000
_PRECISION = 0.02  # of a number of listeners: the power's own interval is wider


@dataclass(frozen=True)
class PlannedStudy:
    """What a planner supposes of a study.

    Parameters
    ----------
    share : float
        Share of guesses that will name the intended genre, between one over the
        genres offered and 1.
    samples : int
        Samples that each listener hears, spread evenly over the genres.
    offered : int
        Genres to choose from.
    level : float
        Level of the tests: the probability of showing what is not there.

    Raises
    ------
    SurveyError
        If no study is like this; the message says what is possible.
    """

    share: float
    samples: int = 6
    offered: int = 10
    level: float = 0.05

    def __post_init__(self) -> None:
        if not 2 <= self.samples <= MOST_SAMPLES:
            raise SurveyError(f"A study can be planned for 2 to {MOST_SAMPLES} samples, not {self.samples}.")
        if not 2 <= self.offered <= 100:
            raise SurveyError(f"Listeners choose from 2 to 100 genres, not from {self.offered}.")
        if not 1 / self.offered < self.share <= 1:
            raise SurveyError(
                f"The share right must be above {percent(1 / self.offered)}, which guessing evenly among "
                f"{self.offered} genres gets, and at most 100%; it is {percent(self.share)}."
            )
        if not 0.0001 <= self.level <= 0.5:
            raise SurveyError(f"The level must be from 0.0001 to 0.5; it is {self.level:g}.")

    @property
    def hearing(self) -> float:
        """How often a sample's genre is heard, so that guesses and hearing together give the share right."""
        blind = 1 / self.offered
        return (self.share - blind) / (1 - blind)


@dataclass(frozen=True)
class Power:
    """The probability that a planned study shows its effect.

    Parameters
    ----------
    listeners : int
        Listeners who answer every sample.
    overall : float
        Probability that the study shows that genres are heard at all.
    overall_interval : Interval
        Its Wilson interval, for the number of studies drawn.
    sample : float
        Probability that it shows it for a given sample, the level divided by
        the number of samples.
    sample_interval : Interval
        Its Wilson interval.
    """

    listeners: int
    overall: float
    overall_interval: Interval
    sample: float
    sample_interval: Interval


def planned_power(study: PlannedStudy, listeners: int, draws: int = DRAWS) -> Power:
    """Return the power of a planned study with so many listeners.

    Parameters
    ----------
    study : PlannedStudy
        The study.
    listeners : int
        Listeners who answer every sample, 2 to `MOST_LISTENERS`.
    draws : int
        Studies to draw.
    """
    if not 2 <= listeners <= MOST_LISTENERS:
        raise SurveyError(f"A study can be planned for 2 to {MOST_LISTENERS} listeners, not {listeners}.")
    return _power(study, listeners, draws)


def planned_powers(study: PlannedStudy, listeners: int, draws: int = DRAWS) -> tuple[Power, ...]:
    """Return the powers of a planned study with a quarter of so many listeners to four times as many."""
    numbers = sorted({round(listeners * 2 ** (step / 2)) for step in range(-4, 5)})
    return tuple(planned_power(study, n, draws) for n in numbers if 2 <= n <= MOST_LISTENERS)


def listeners_needed(
    study: PlannedStudy, power: float = 0.8, *, for_a_sample: bool = False, draws: int = DRAWS
) -> Power | None:
    """Return the fewest listeners, to 2%, whose simulated power is enough, and that power.

    Parameters
    ----------
    study : PlannedStudy
        The study.
    power : float
        The power to reach, between 0 and 1.
    for_a_sample : bool
        Whether the effect is to be shown for a given sample, not over all.
    draws : int
        Studies to draw for each number of listeners that is tried.

    Returns
    -------
    Power or None
        None where more than `MOST_LISTENERS` would be needed.
    """
    if not 0 < power < 1:
        raise SurveyError(f"The power to reach must be between 0 and 100%; it is {percent(power)}.")

    def power_of(listeners: int) -> float:
        found = _power(study, listeners, draws)
        return found.sample if for_a_sample else found.overall

    low, high = 1, 2
    while power_of(high) < power:
        if high == MOST_LISTENERS:
            return None
        low, high = high, min(2 * high, MOST_LISTENERS)
    while high - low > max(1, high * _PRECISION):
        middle = (low + high) // 2
        if low > 1:
            middle = _interpolated(low, high, power_of(low), power_of(high), power)
        low, high = (low, middle) if power_of(middle) >= power else (middle, high)
    return _power(study, high, draws)


def supposed_sentence(study: PlannedStudy) -> str:
    """Return what a plan supposes, in words."""
    return (
        f"Supposed: each listener hears {study.samples} samples and chooses from {study.offered} genres; "
        f"{percent(study.share)} of the guesses name the intended genre, because it is heard in "
        f"{percent(study.hearing)} of the cases and guessed otherwise. Listeners differ in how often they "
        f"hear it and in which genres they favour. Tests at a level of {percent(study.level)}."
    )


def power_sentence(study: PlannedStudy, listeners: int) -> str:
    """Return the power of a planned study with so many listeners, in words."""
    found = planned_power(study, listeners)
    return (
        f"With {listeners} listeners, the study shows that genres are heard with a probability of "
        f"{_with_interval(found.overall, found.overall_interval)}, and that the genre of a given sample is "
        f"heard with {_with_interval(found.sample, found.sample_interval)}."
    )


def needed_sentences(study: PlannedStudy, power: float) -> tuple[str, str]:
    """Return how many listeners a planned study needs, over all and for a given sample, in words."""
    overall = listeners_needed(study, power)
    of_sample = listeners_needed(study, power, for_a_sample=True)
    most = f"needs more than {MOST_LISTENERS:,} listeners."
    return (
        "Showing that genres are heard "
        + (
            f"needs about {overall.listeners} listeners: power "
            f"{_with_interval(overall.overall, overall.overall_interval)}."
            if overall
            else most
        ),
        "Showing it for a given sample, corrected for the number of samples, "
        + (
            f"needs about {of_sample.listeners} listeners: power "
            f"{_with_interval(of_sample.sample, of_sample.sample_interval)}."
            if of_sample
            else most
        ),
    )


def _with_interval(share: float, interval: Interval) -> str:
    return f"{percent(share)} (95% interval {percent(interval.low)} to {percent(interval.high)})"


def _interpolated(low: int, high: int, power_low: float, power_high: float, power: float) -> int:
    """Guess the number of listeners between two: the probit of a power is nearly linear in its root."""
    from scipy.special import ndtri

    probits = ndtri(np.clip([power_low, power, power_high], 1e-3, 1 - 1e-3))
    part = float((probits[1] - probits[0]) / max(probits[2] - probits[0], 1e-9))
    root = math.sqrt(low) + part * (math.sqrt(high) - math.sqrt(low))
    # The guess is put a little above, so that both ends close in.
    return min(max(math.ceil(root**2 * (1 + _PRECISION / 2)), low + 1), high - 1)


@lru_cache(maxsize=1_024)
def _power(study: PlannedStudy, listeners: int, draws: int) -> Power:
    design = Design(listeners, study.samples, study.offered)
    rng = np.random.default_rng(SEED)
    at_once = max(1, _AT_ONCE // (listeners * max(study.samples, study.offered)))
    overall = of_sample = 0
    for first in range(0, draws, at_once):
        guess = simulated_guesses(varied_pool, design, min(at_once, draws - first), study.hearing, rng)
        overall += int((overall_p_values(guess, design) <= study.level).sum())
        of_sample += int((sample_p_values(guess, design) <= study.level / study.samples).sum())
    return Power(
        listeners, overall / draws, wilson(overall, draws), of_sample / draws, wilson(of_sample, draws)
    )
