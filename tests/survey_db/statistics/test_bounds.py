from __future__ import annotations

import numpy as np
import pytest

from survey_db.statistics.bounds import most_expected, probability_bound
from survey_db.statistics.simulation import BLIND_POOLS, Design, simulated_guesses


def test_one_genre_throughout_is_the_best_that_a_blind_listener_can_do() -> None:
    assert most_expected((1,) * 6) == pytest.approx(1 / 6)
    assert most_expected((3, 1, 1)) == pytest.approx(0.6)


def test_blind_pools_reach_a_number_no_more_often_than_the_bound_says() -> None:
    design = Design(32)
    for pool in BLIND_POOLS.values():
        drawn = simulated_guesses(pool, design, 4_000, 0.0, np.random.default_rng(0))
        right = (drawn == design.intended).sum(axis=(1, 2))
        for number in (36, 40, 44, 48):
            assert (right >= number).mean() <= probability_bound(number, 32, 6)


def test_bound_holds_for_listeners_who_name_every_genre_once() -> None:
    """The set of guesses that varies most: the number right of a random permutation."""
    rng = np.random.default_rng(1)
    right = (rng.permuted(np.tile(np.arange(6), (20_000 * 32, 1)), axis=1) == np.arange(6)).sum(axis=1)
    totals = right.reshape(20_000, 32).sum(axis=1)
    for number in (40, 45, 50):
        assert (totals >= number).mean() <= probability_bound(number, 32, 6)


def test_bound_falls_with_the_number_and_is_nothing_below_the_expectation() -> None:
    bounds = [probability_bound(number, 32, 6) for number in (32, 40, 50, 63)]
    assert bounds[0] == 1
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] == pytest.approx(8.5e-6, rel=0.01)
