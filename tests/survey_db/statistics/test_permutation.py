from __future__ import annotations

import numpy as np
import pytest

from survey_db.statistics import permutation
from survey_db.statistics.blind import Guesses
from survey_db.statistics.families import family_tests
from survey_db.statistics.permutation import _covariance, _shuffled, _statistics, ranked
from survey_db.statistics.simulation import Design, as_guesses, even_pool, simulated_guesses
from tests.survey_db.statistics.test_blind import study


def broken_off() -> Guesses:
    """Listeners who answered different samples of two genres with two samples each, and of two with one."""
    rng = np.random.default_rng(0)
    rows = ["".join(rng.choice(list("abcd  "), 6)) for _ in range(20)]
    return study(list("aabbcd"), "abcdab", *rows)


def test_shuffling_keeps_each_listeners_guesses_and_gives_the_expected_statistics() -> None:
    guesses = broken_off()
    weights, expected = _statistics(guesses)
    shuffled = _shuffled(guesses, weights, 20_000, np.random.default_rng(1))
    errors = shuffled.std(axis=0) / np.sqrt(20_000)
    assert np.abs(shuffled.mean(axis=0) - expected) == pytest.approx(0, abs=4.5 * errors.max())


def test_covariance_is_that_of_the_permutations() -> None:
    guesses = broken_off()
    weights, _ = _statistics(guesses)
    shuffled = _shuffled(guesses, weights, 40_000, np.random.default_rng(2))
    assert np.cov(shuffled.T) == pytest.approx(_covariance(guesses, weights), abs=0.15)


def test_statistic_of_a_sample_is_its_number_right_less_the_number_expected() -> None:
    guesses = broken_off()
    weights, expected = _statistics(guesses)
    found = guesses.right @ weights - expected
    for sample in range(len(guesses.samples)):
        answered = guesses.sample == sample
        assert found[sample] == pytest.approx(guesses.right[answered].sum() - guesses.chance[answered].sum())


def test_rank_is_the_share_at_least_as_far_from_zero() -> None:
    assert ranked(np.array([[3.0], [-3.0], [1.0], [0.0]]))[:, 0].tolist() == [0.5, 0.5, 0.75, 1.0]


def test_normal_limit_agrees_with_shuffling(monkeypatch: pytest.MonkeyPatch) -> None:
    design = Design(400)
    guesses = as_guesses(simulated_guesses(even_pool, design, 1, 0.02, np.random.default_rng(3))[0], design)
    assert len(guesses.guess) > permutation.MOST_SHUFFLED
    drawn, _ = family_tests(guesses, 4_000)
    monkeypatch.setattr(permutation, "MOST_SHUFFLED", len(guesses.guess))
    shuffled, _ = family_tests(guesses, 4_000)
    assert 0.01 < shuffled.adjusted.min() < 0.9
    assert drawn.adjusted == pytest.approx(shuffled.adjusted, abs=0.05)
