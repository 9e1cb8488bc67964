"""How many listeners the next study needs for an effect it plans to show."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from survey_db.statistics.intervals import binomial_p_values, binomial_probabilities, t_quantile
from survey_db.statistics.mixed import MixedModel

POWER = 0.8
"""Probability of showing an effect that is there, the usual aim."""

ALPHA = 0.05
"""Probability of showing one that is not."""

_MOST_LISTENERS = 1_000_000


@dataclass(frozen=True)
class Plan:
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
    """

    aim: str
    effect: float
    listeners: int
    power: float


def plans(
    model: MixedModel, samples: int, chance: float, *, points: float = 0.5, share: float = 0.25
) -> tuple[Plan, ...]:
    """Return plans for a study like the one that a model was fitted to.

    Parameters
    ----------
    model : MixedModel
        Ratings with random effects of listener and sample: the spread to expect.
    samples : int
        Samples that each listener is to rate; of each kind where two are compared.
    chance : float
        Share that blind guessing gets right.
    points : float
        Difference of mean ratings to be shown, in points.
    share : float
        Share of right guesses of one sample to be told from chance.
    """
    between = math.sqrt(model.listener_sd**2 + model.residual_sd**2 / samples)
    within = math.sqrt(2 * model.residual_sd**2 / samples)
    corrected = ALPHA / samples
    two = listeners_for_difference(points, between, groups=2)
    one = listeners_for_difference(points, within, groups=1)
    told = listeners_for_share(share, chance, alpha=corrected)
    wide = listeners_for_half_width(points / 2, between)
    return (
        Plan(
            "difference of two studies' mean ratings, each with its own listeners",
            points,
            two,
            difference_power(points, between, two, groups=2),
        ),
        Plan(
            "difference of mean ratings of two kinds of samples, heard by the same listeners",
            points,
            one,
            difference_power(points, within, one, groups=1),
        ),
        Plan(
            "one sample recognised at this rate rather than by chance, corrected over samples",
            share,
            told,
            share_power(share, chance, told, alpha=corrected),
        ),
        Plan("mean rating known to within this on either side", points / 2, wide, 0.5),
    )


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


def share_power(share: float, chance: float, listeners: int, *, alpha: float = ALPHA) -> float:
    """Return the power of the exact two-sided binomial test of ``chance`` where ``share`` is true."""
    rejected = binomial_p_values(listeners, chance) <= alpha
    return float(binomial_probabilities(listeners, share)[rejected].sum())


def listeners_for_share(share: float, chance: float, *, alpha: float = ALPHA, power: float = POWER) -> int:
    """Return the fewest listeners from which on `share_power` stays at ``power`` or above.

    The power of an exact test is a saw: one listener more can lower it a little.
    """
    reached = _fewest(lambda listeners: share_power(share, chance, listeners, alpha=alpha) >= power)
    # The saw's teeth are about 1 / chance wide; beyond a few of them it is above for good.
    teeth = range(max(2, reached // 2), 2 * reached + 4 * math.ceil(1 / chance))
    below = [n for n in teeth if share_power(share, chance, n, alpha=alpha) < power]
    return max(below) + 1 if below else teeth.start


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
