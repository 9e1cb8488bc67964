"""What any blind listeners could get right at most, whatever they favour: bounds that need no responses.

A blind listener who answers one sample each of m genres, in an order that
listeners do not know, expects at most one right: naming one genre throughout
gets exactly one, and no other rule gets more. Their share right is 1/m at most,
not one over the number of genres offered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from survey_db.statistics.matching import matching


def most_expected(samples_by_genre: tuple[int, ...]) -> float:
    """Return the largest share that blind listeners expect: that of the genre with the most samples."""
    return max(samples_by_genre) / sum(samples_by_genre)


def probability_bound(right: int, listeners: int, samples: int) -> float:
    """Bound the probability that blind listeners get as many right, whatever each of them favours.

    Parameters
    ----------
    right : int
        Guesses that name the intended genre, of all listeners.
    listeners : int
        Number of listeners, who guess independently of one another.
    samples : int
        Samples that each of them hears, one each of as many genres, every order
        equally likely.

    Returns
    -------
    float
        Chernoff's bound, ``min over t of exp(-t right) (max M(t))^listeners``, the
        maximum being over the moment generating functions of every set of
        guesses that a listener could make. Guesses of genres that no sample has
        only lower the number right, so sets without them suffice.
    """
    from scipy.optimize import minimize_scalar

    if right <= listeners:
        return 1.0
    every = [matching(tuple((1, named) for named in set_), samples) for set_ in _partitions(samples, samples)]
    pmfs = np.array([[*pmf, *[0.0] * (samples + 1 - len(pmf))] for pmf in every])

    def exponent(rate: float) -> float:
        growth = float((pmfs @ np.exp(rate * np.arange(samples + 1))).max())
        return listeners * math.log(growth) - rate * right

    found = minimize_scalar(exponent, bounds=(0.0, 20.0), method="bounded")
    return min(1.0, math.exp(found.fun))


def _partitions(total: int, largest: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways of writing a number as a sum of whole numbers, largest first."""
    if not total:
        yield ()
    for first in range(min(total, largest), 0, -1):
        for rest in _partitions(total - first, first):
            yield (first, *rest)
