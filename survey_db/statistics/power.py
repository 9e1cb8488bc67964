"""How many listeners the next study needs for an effect it plans to show."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from survey_db.statistics.intervals import Interval, t_quantile
from survey_db.statistics.mixed import MixedModel
from survey_db.statistics.planning import MOST_SAMPLES, PlannedStudy, listeners_needed

POWER = 0.8
"""Probability of showing an effect that is there, the usual aim."""

ALPHA = 0.05
"""Probability of showing one that is not."""

_MOST_LISTENERS = 1_000_000
_DRAWS = 500


@dataclass(frozen=True)
class SampleSize:
    """Listeners needed for one aim.

    Parameters
    ----------
    aim : str
        What is to be shown, in words.
    effect : float
        Its size, in points of rating or as a share.
    listeners : int
        Listeners needed; of each study where there are two.
    power : float
        Probability of showing it with so many.
    interval : Interval or None
        Of the power, where it was simulated.
    """

    aim: str
    effect: float
    listeners: int
    power: float
    interval: Interval | None = None


def plans(model: MixedModel, samples: int, offered: int, *, points: float = 0.5) -> tuple[SampleSize, ...]:
    """Return plans for a study like the one that a model was fitted to.

    Parameters
    ----------
    model : MixedModel
        Ratings with random effects of listener and sample: the spread to expect.
    samples : int
        Samples that each listener is to rate; of each kind where two are compared.
    offered : int
        Genres to choose from.
    points : float
        Difference of mean ratings to be shown, in points.
    """
    between = math.sqrt(model.listener_sd**2 + model.residual_sd**2 / samples)
    within = math.sqrt(2 * model.residual_sd**2 / samples)
    two = listeners_for_difference(points, between, groups=2)
    one = listeners_for_difference(points, within, groups=1)
    wide = listeners_for_half_width(points / 2, between)
    return (
        SampleSize(
            "difference of two studies' mean ratings, each with its own listeners",
            points,
            two,
            difference_power(points, between, two, groups=2),
        ),
        SampleSize(
            "difference of mean ratings of two kinds of samples, heard by the same listeners",
            points,
            one,
            difference_power(points, within, one, groups=1),
        ),
        *_recognition_plans(samples, offered),
        SampleSize("mean rating known to within this on either side", points / 2, wide, 0.5),
    )


def _recognition_plans(samples: int, offered: int) -> list[SampleSize]:
    """Return plans for a share right 15 percentage points above even guessing, by simulation."""
    if offered < 2:
        return []
    study = PlannedStudy(1 / offered + 0.15, min(samples, MOST_SAMPLES), offered, ALPHA)
    overall = listeners_needed(study, POWER, draws=_DRAWS)
    of_sample = listeners_needed(study, POWER, for_a_sample=True, draws=_DRAWS)
    found = []
    if overall:
        aim = "genres recognised at this rate over all samples, not blind"
        found.append(
            SampleSize(aim, study.share, overall.listeners, overall.overall, overall.overall_interval)
        )
    if of_sample:
        aim = "one sample recognised at this rate, not blind, corrected over samples"
        found.append(
            SampleSize(aim, study.share, of_sample.listeners, of_sample.sample, of_sample.sample_interval)
        )
    return found


def difference_power(effect: float, sd: float, listeners: int, *, groups: int) -> float:
    """Return the power of a two-sided t test of a difference of means.

    Parameters
    ----------
    effect : float
        The true difference.
    sd : float
        Standard deviation of one listener's mean, or of their difference.
    listeners : int
        Listeners in each group.
    groups : {1, 2}
        One for the same listeners under both conditions, two for separate ones.

    Returns
    -------
    float
        From the noncentral t distribution with ``groups (n - 1)`` degrees of
        freedom (Cohen, 1988, "Statistical Power Analysis", chapter 2).
    """
    from scipy.special import nctdtr

    freedom = groups * (listeners - 1)
    shift = abs(effect) / sd * math.sqrt(listeners / groups)
    critical = t_quantile(freedom)
    return float(1 - nctdtr(freedom, shift, critical) + nctdtr(freedom, shift, -critical))


def listeners_for_difference(effect: float, sd: float, *, groups: int, power: float = POWER) -> int:
    """Return the fewest listeners, in each group, for which `difference_power` reaches ``power``."""
    return _fewest(lambda listeners: difference_power(effect, sd, listeners, groups=groups) >= power)


def listeners_for_half_width(half_width: float, sd: float) -> int:
    """Return the fewest listeners whose t interval of a mean is expected to be so narrow."""
    return _fewest(lambda n: t_quantile(n - 1) * sd / math.sqrt(n) <= half_width)


def _fewest(enough: Callable[[int], bool]) -> int:
    """Return the smallest number from 2 that is enough, by doubling and halving."""
    high = 2
    while not enough(high):
        high *= 2
        if high > _MOST_LISTENERS:
            return _MOST_LISTENERS
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
