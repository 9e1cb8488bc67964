from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest

from survey_db.statistics.blind import Guesses, blind_test, right_moments
from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.matching import kinds
from survey_db.statistics.selection import study_answers
from tests.survey_db.published_study import SAMPLES


def guesses_of(rows: list[tuple[str, str, str, str]]) -> Guesses:
    """Guesses from rows of listener, sample, intended genre, guess."""
    frame = pd.DataFrame(rows, columns=["listener", "sample", "intended_genre", "guess"])
    return Guesses.of(study_answers(frame.assign(control="none")))


def study(intended: list[str], *named: str) -> Guesses:
    """A study whose listeners name the genres of one string each, a letter a sample; a blank is no answer."""
    return guesses_of(
        [
            (f"L{listener}", f"Sample {place + 1}", genre, guess)
            for listener, row in enumerate(named)
            for place, (genre, guess) in enumerate(zip(intended, row, strict=True))
            if guess != " "
        ]
    )


def enumerated_p_value(intended: list[str], *named: str) -> float:
    """The share of all ways of shuffling with a number right as far from the mean as the observed one."""
    ways = [
        [sum(map(str.__eq__, heard, order)) for order in permutations(guesses)]
        for row in named
        for heard, guesses in [
            zip(*[pair for pair in zip(intended, row, strict=True) if pair[1] != " "], strict=True)
        ]
    ]
    totals = np.array([sum(each) for each in product(*ways)])
    observed = sum(guess == genre for row in named for genre, guess in zip(intended, row, strict=True))
    return float((np.abs(totals - totals.mean()) >= abs(observed - totals.mean()) - 1e-9).mean())


@pytest.mark.parametrize(
    ("intended", "named"),
    [
        (list("abcd"), ["abcd", "abdd", "accd"]),
        (list("abcd"), ["bbbb", "badc", "dcba"]),
        (list("aabc"), ["aabb", "abca", "xyzz"]),
        (list("abcd"), ["ab d", "  cd", "a   "]),
    ],
)
def test_p_value_is_that_of_every_way_of_shuffling(intended: list[str], named: list[str]) -> None:
    expected = enumerated_p_value(intended, *named)
    assert blind_test(study(intended, *named)).p_value == pytest.approx(expected, abs=1e-10)


def test_expected_right_is_what_the_same_guesses_get_on_average() -> None:
    found = blind_test(study(list("abc"), "abb", "aaa"))
    # The first listener's one a and two b get 1/3 + 2/3, the second's three a get 1.
    assert (found.right, found.answers) == (3, 6)
    assert found.expected == pytest.approx(2 / 6)
    assert found.excess == pytest.approx(1 / 6)
    assert isinstance(found.excess_interval, Missing)


def test_moments_are_those_of_the_distribution() -> None:
    rng = np.random.default_rng(0)
    heard = rng.multinomial(9, np.ones(4) / 4, size=50)
    named = rng.multinomial(9, np.ones(4) / 4, size=50)
    pmfs, kind = kinds(heard, named)
    means, variances = right_moments(heard, named)
    for listener in range(50):
        pmf = pmfs[kind[listener]]
        values = np.arange(len(pmf))
        assert means[listener] == pytest.approx(pmf @ values)
        assert variances[listener] == pytest.approx(pmf @ values**2 - (pmf @ values) ** 2, abs=1e-12)


def test_most_expected_is_the_genre_with_the_largest_share_of_answers() -> None:
    assert blind_test(study(list("abcdef"), "abcdef")).most_expected == pytest.approx(1 / 6)
    assert blind_test(study(list("aabc"), "abcb", "aab ")).most_expected == pytest.approx(4 / 7)


@pytest.mark.parametrize("seed", range(10))
def test_no_blind_pool_expects_more_than_the_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    intended = rng.permutation(list("abcdaa"))
    named = ["".join(rng.choice(list("abcdexy"), 6)) for _ in range(5)]
    found = blind_test(study(intended.tolist(), *named))
    assert found.expected <= found.most_expected + 1e-12


def test_constant_guesses_have_no_power_and_are_never_significant() -> None:
    found = blind_test(study(list("abcdef"), *["aaaaaa", "ffffff"] * 10))
    assert found.p_value == pytest.approx(1)
    assert found.possible == pytest.approx(0)
    assert not found.has_power


def test_nearly_constant_guesses_have_no_power() -> None:
    found = blind_test(study(list("abcdef"), "abaaaa", *["aaaaaa"] * 20))
    assert not found.has_power


def test_varied_guesses_have_power() -> None:
    assert blind_test(study(list("abcdef"), *["abcdef", "bcdefa", "aabbcc"] * 5)).has_power


def test_published_study_is_beyond_blind(published_answers: pd.DataFrame) -> None:
    found = blind_test(Guesses.of(published_answers))
    assert (found.right, found.answers) == (63, 192)
    assert 0.1 < found.expected < 1 / 6
    assert found.most_expected == pytest.approx(1 / len(SAMPLES))
    assert found.p_value < 1e-9
    assert isinstance(found.excess_interval, Interval)
    assert found.excess in found.excess_interval


def test_order_of_answers_and_names_of_listeners_do_not_matter(published_answers: pd.DataFrame) -> None:
    shuffled = published_answers.sample(frac=1, random_state=0)
    renamed = shuffled.assign(listener=shuffled["listener"].astype(str).str[::-1].astype("category"))
    found, expected = (vars(blind_test(Guesses.of(answers))) for answers in (renamed, published_answers))
    for name in found.keys() - {"excess_interval"}:
        assert found[name] == pytest.approx(expected[name])
