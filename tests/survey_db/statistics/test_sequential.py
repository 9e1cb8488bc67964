"""The sequential test: exact for blind listeners, whenever one looks."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest

from survey_db.statistics.matching import kinds
from survey_db.statistics.selection import study_answers
from survey_db.statistics.sequential import (
    RATES,
    WEIGHTS,
    confidence_sequence,
    log_evidence,
    sequential_test,
)

GENRES = ("blues", "jazz", "rock")


def responses(*listeners: tuple[str, ...], complete: bool = True) -> pd.DataFrame:
    """Listeners who hear one sample of each genre, one after the other; each gives these guesses."""
    rows = [
        {
            "listener": f"L{number}",
            "sample": genre,
            "intended_genre": genre,
            "guess": guess,
            "rating": 5,
            "control": "none",
            "session_complete": complete,
            "answered_at": pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(minutes=10 * number + place),
        }
        for number, guesses in enumerate(listeners)
        for place, (genre, guess) in enumerate(zip(GENRES, guesses, strict=True))
    ]
    return study_answers(pd.DataFrame(rows))


def test_the_evidence_of_blind_listeners_is_one_on_average_whatever_they_guess() -> None:
    # Every way of shuffling the guesses of two listeners, of whom one cannot tell a clip.
    first, second = GENRES, ("rock", "rock", "cannot_tell")
    values = [
        sequential_test(responses(one, other), 0.05).evidence
        for one, other in product(permutations(first), permutations(second))
    ]
    assert np.mean([value[0] for value in values]) == pytest.approx(1)
    assert np.mean([value[1] for value in values]) == pytest.approx(1)


def test_the_evidence_is_the_mean_over_rates_of_likelihood_ratios() -> None:
    heard, named = np.array([1, 1, 1]), np.array([[1, 1, 1], [0, 2, 1]])
    (pmf_of_first, pmf_of_second), kind = kinds(heard, named)
    right = np.array([3, 1])
    by_listener = [(pmf_of_first, pmf_of_second)[place] for place in kind]
    expected = sum(
        weight
        * np.prod(
            [
                np.exp(rate * hits) / (pmf @ np.exp(rate * np.arange(len(pmf))))
                for hits, pmf in zip(right, by_listener, strict=True)
            ]
        )
        for rate, weight in zip(RATES, WEIGHTS, strict=True)
    )
    assert np.exp(log_evidence(heard, named, right))[-1] == pytest.approx(expected)


def test_listeners_who_hear_stop_the_study_and_broken_off_sessions_do_not_count() -> None:
    hearing = [GENRES] * 8
    found = sequential_test(responses(*hearing), 0.05, least=4)
    assert found.reached_at == 4
    assert found.p_value == pytest.approx(1 / max(found.evidence))
    assert (found.listeners, found.threshold, found.share) == (8, 20, 1.0)
    assert found.interval.low > 0.5
    assert found.interval.high == 1
    none = sequential_test(responses(*hearing, complete=False), 0.05)
    assert (none.listeners, none.p_value, none.reached_at) == (0, 1.0, None)


def test_nothing_is_decided_too_early_and_order_is_that_of_completion() -> None:
    answers = responses(*[GENRES] * 3, *[("rock", "blues", "jazz")] * 3)
    assert sequential_test(answers, 0.05, least=6).reached_at is None
    again = sequential_test(answers.sample(frac=1, random_state=1), 0.05, least=6)
    assert again.evidence == pytest.approx(sequential_test(answers, 0.05).evidence)


def test_guesses_that_are_always_the_same_are_no_evidence() -> None:
    found = sequential_test(responses(*[("rock",) * 3] * 20), 0.05)
    assert found.evidence == pytest.approx([1.0] * 20)
    assert found.p_value == pytest.approx(1)


def test_the_confidence_sequence_closes_in_and_never_opens() -> None:
    shares = np.random.default_rng(1).binomial(6, 0.35, 120) / 6
    low, high = confidence_sequence(shares, 0.05)
    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) <= 0).all()
    assert low[-1] < 0.35 < high[-1]
    assert high[-1] - low[-1] < 0.2
    for same in (0.0, 1.0):
        low, high = confidence_sequence(np.full(50, same), 0.05)
        assert low[-1] <= same <= high[-1]
        assert high[-1] - low[-1] < 0.2
