from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from survey_db.statistics.matching import (
    bernoulli_kinds,
    hypergeometric_kinds,
    kinds,
    matching,
    sum_distribution,
    two_sided,
    two_sided_all,
)


def enumerated(intended: list[int], guesses: list[int]) -> list[float]:
    """The distribution of the number right over every way of shuffling the guesses."""
    counts = Counter(sum(map(int.__eq__, intended, order)) for order in permutations(guesses))
    return [counts[right] / sum(counts.values()) for right in range(max(counts) + 1)]


@pytest.mark.parametrize("seed", range(40))
def test_matching_is_that_of_every_way_of_shuffling(seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = int(rng.integers(1, 8))
    intended, guesses = (rng.integers(0, high, answers).tolist() for high in (3, 5))
    pairs = tuple((intended.count(genre), guesses.count(genre)) for genre in set(intended) & set(guesses))
    expected = enumerated(intended, guesses)
    found = matching(pairs, answers)
    assert sum(found) == pytest.approx(1)
    assert found[: len(expected)] == pytest.approx(expected, abs=1e-12)


def test_matching_of_distinct_guesses_is_the_classical_one() -> None:
    """Derangements: 265 of 720 ways of shuffling six hats give nobody their own."""
    assert matching(((1, 1),) * 6, 6)[0] == pytest.approx(265 / 720)


def test_matching_of_many_answers_stays_a_distribution() -> None:
    found = matching(((10, 12), (10, 8), (10, 10), (10, 10)), 40)
    assert min(found) >= 0
    assert sum(found) == pytest.approx(1)
    assert np.dot(found, np.arange(len(found))) == pytest.approx(10)


def test_kinds_gather_listeners_that_are_alike() -> None:
    heard = np.array([[1, 1, 1], [1, 1, 1], [1, 1, 1], [2, 1, 0]])
    named = np.array([[2, 1, 0], [0, 1, 2], [3, 0, 0], [1, 1, 1]])
    pmfs, kind = kinds(heard, named)
    assert kind[0] == kind[1]
    assert len(pmfs) == 3
    for listener in range(4):
        intended, guesses = (np.repeat(np.arange(3), row[listener]).tolist() for row in (heard, named))
        expected = enumerated(intended, guesses)
        assert pmfs[kind[listener]][: len(expected)] == pytest.approx(expected)


def test_sum_is_the_convolution() -> None:
    pmfs = [np.array([0.5, 0.5]), np.array([0.2, 0.3, 0.5])]
    found, values = sum_distribution(pmfs, np.array([[3, 2], [1, 0]]))
    expected = np.array([1.0])
    for pmf in (*[pmfs[0]] * 3, *[pmfs[1]] * 2):
        expected = np.convolve(expected, pmf)
    assert found[0][: len(expected)] == pytest.approx(expected, abs=1e-14)
    assert found[1][:2] == pytest.approx([0.5, 0.5])
    assert values[0] == 0


def test_long_sums_are_kept_where_they_are_not_nothing() -> None:
    found, values = sum_distribution([np.array([0.9, 0.1])], np.array([[100_000]]))
    assert values[0] > 8_000
    assert len(values) < 4_000
    assert found[0] == pytest.approx(stats.binom.pmf(values, 100_000, 0.1), abs=1e-12)


def test_two_sided_takes_both_tails_and_ties_whatever_the_rounding() -> None:
    pmfs = [np.array([0.75, 0.25])]
    tails = stats.binom.pmf([0, 1, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 16, 0.25)
    assert two_sided(pmfs, np.array([16]), 7) == pytest.approx(tails.sum())
    assert two_sided(pmfs, np.array([16]), 1) == pytest.approx(tails.sum())
    assert two_sided(pmfs, np.array([16]), 4) == pytest.approx(1)


def test_many_sums_at_once_are_those_of_each() -> None:
    rng = np.random.default_rng(0)
    pmfs = [rng.dirichlet(np.ones(size)) for size in (2, 3, 5)]
    counts, observed = rng.integers(1, 9, (20, 3)), rng.integers(0, 20, 20)
    each = [two_sided(pmfs, row, int(value)) for row, value in zip(counts, observed, strict=True)]
    assert two_sided_all(pmfs, counts, observed) == pytest.approx(each, abs=1e-12)


def test_p_values_are_never_zero() -> None:
    assert 0 < two_sided([np.array([0.9, 0.1])], np.array([200]), 200) < 1e-9


def test_bernoulli_kinds_are_events_of_equal_probability() -> None:
    pmfs, kind = bernoulli_kinds(np.array([0.5, 0.25, 0.5]))
    assert [pmfs[k].tolist() for k in kind] == [[0.5, 0.5], [0.75, 0.25], [0.5, 0.5]]


def test_hypergeometric_kinds_are_scipys() -> None:
    answers, heard, named = np.array([6, 6, 12, 4]), np.array([1, 2, 5, 0]), np.array([3, 2, 7, 4])
    pmfs, kind = hypergeometric_kinds(answers, heard, named)
    for listener in range(4):
        pmf = pmfs[kind[listener]]
        expected = stats.hypergeom.pmf(
            np.arange(len(pmf)), answers[listener], heard[listener], named[listener]
        )
        assert pmf == pytest.approx(expected)
