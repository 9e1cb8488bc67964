from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from survey_db.running.orders import williams_design
from survey_db.statistics import families, simulation
from survey_db.statistics.blind import blind_test
from survey_db.statistics.simulation import (
    BLIND_POOLS,
    Design,
    Pool,
    as_guesses,
    even_pool,
    overall_p_values,
    sample_p_values,
    simulated_guesses,
    varied_pool,
)


@pytest.mark.parametrize("pool", BLIND_POOLS.values(), ids=BLIND_POOLS)
def test_size_of_the_overall_test_is_between_3_and_6_percent(pool: Pool) -> None:
    design = Design(32)
    drawn = simulated_guesses(pool, design, 4_000, 0.0, np.random.default_rng(0))
    assert 0.03 <= (overall_p_values(drawn, design) <= 0.05).mean() <= 0.06


def test_a_binomial_test_is_fooled_where_this_one_is_not() -> None:
    """192 guesses spread over the six genres present: the binomial test calls four in five hearing."""
    design = Design(32)
    drawn = simulated_guesses(
        BLIND_POOLS["evenly among the genres present"], design, 1_000, 0.0, np.random.default_rng(1)
    )
    right = (drawn == design.intended).sum(axis=(1, 2))
    binomial = np.array([stats.binomtest(int(count), 192, 0.1).pvalue for count in right])
    assert (binomial <= 0.05).mean() > 0.75
    assert (overall_p_values(drawn, design) <= 0.05).mean() < 0.06


def test_p_values_are_those_of_the_tests_of_responses() -> None:
    design = Design(15, samples=8, offered=5)
    drawn = simulated_guesses(varied_pool, design, 6, 0.1, np.random.default_rng(2))
    together, of_sample = overall_p_values(drawn, design), sample_p_values(drawn, design, sample=6)
    for place, guess in enumerate(drawn):
        guesses = as_guesses(guess, design)
        assert together[place] == pytest.approx(blind_test(guesses).p_value, abs=1e-9)
        assert of_sample[place] == pytest.approx(families.sample_p_values(guesses)[6], abs=1e-9)


def test_normal_limit_agrees_with_the_exact_test(monkeypatch: pytest.MonkeyPatch) -> None:
    design = Design(60)
    drawn = simulated_guesses(varied_pool, design, 500, 0.03, np.random.default_rng(3))
    exact = overall_p_values(drawn, design)
    monkeypatch.setattr(simulation, "_MOST_EXACT", 0)
    assert overall_p_values(drawn, design) == pytest.approx(exact, abs=0.02)


def test_hearing_adds_to_guessing() -> None:
    design = Design(200)
    drawn = simulated_guesses(even_pool, design, 50, 0.3, np.random.default_rng(4))
    assert (drawn == design.intended).mean() == pytest.approx(0.1 + 0.9 * 0.3, abs=0.01)


def test_preferences_are_those_of_the_pool() -> None:
    design = Design(200)
    common = simulated_guesses(
        BLIND_POOLS["a common favourite (40%)"], design, 20, 0.0, np.random.default_rng(5)
    )
    assert (common == 0).mean() == pytest.approx(0.4, abs=0.01)
    present = simulated_guesses(
        BLIND_POOLS["evenly among the genres present"], design, 20, 0.0, np.random.default_rng(6)
    )
    assert set(np.unique(present)) == set(range(6))


def test_samples_are_spread_over_the_genres_present() -> None:
    assert Design(3, samples=5, present=2).intended.tolist() == [0, 1, 0, 1, 0]
    assert Design(3, samples=12).heard.tolist() == [2, 2, *[1] * 8]


@pytest.mark.parametrize("common", [True, False], ids=["all alike", "each in their own"])
def test_going_through_the_genres_in_a_fixed_order_is_not_taken_for_hearing(common: bool) -> None:
    """Guesses that depend on their place alone, on the orders that listeners are given."""
    rng = np.random.default_rng(7)
    design, orders = Design(32), np.array(williams_design(6))
    drawn = np.empty((1_000, 32, 6), dtype=np.intp)
    for guess in drawn:
        places = rng.permutation(6)[orders[rng.permutation(np.resize(np.arange(6), 32))]]
        named = np.tile(rng.permutation(6), (32, 1))
        np.put_along_axis(guess, places, named if common else rng.permuted(named, axis=1), axis=1)
    assert (overall_p_values(drawn, design) <= 0.05).mean() <= 0.06
