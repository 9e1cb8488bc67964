from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_db.statistics.blind import Guesses
from survey_db.statistics.families import adjusted, family_tests, genre_p_values, sample_p_values
from survey_db.statistics.simulation import BLIND_POOLS, Design, Pool, as_guesses, simulated_guesses
from tests.survey_db.published_study import RIGHT, SAMPLES
from tests.survey_db.statistics.test_blind import study

STUDIES, PERMUTATIONS = 250, 199


def test_sample_is_tested_by_the_exact_sum_over_listeners() -> None:
    """Two listeners name c twice in four, one once, and all name it for its own sample."""
    guesses = study(list("abcd"), "acca", "bbcc", "abcd")
    chances = [0.5, 0.5, 0.25]
    # Expected are 1.25, so that none right is not as far as three are.
    assert sample_p_values(guesses)[2] == pytest.approx(np.prod(chances))


def test_sample_is_compared_with_samples_of_other_genres() -> None:
    """Guesses at the other sample of the genre count neither for nor against it."""
    with_sibling = study(list("aabc"), "aabc", "abba", "aacb")
    without = study(list("abc"), "abc", "aba", "acb")
    assert sample_p_values(with_sibling)[0] == pytest.approx(sample_p_values(without)[0])


def test_a_sample_named_no_more_than_others_is_not_shown_though_the_rest_are_recognised() -> None:
    """What is true of the other samples does not turn into evidence for this one."""
    rng = np.random.default_rng(0)
    rejected = 0
    for _ in range(400):
        guess = np.tile(np.arange(6), (32, 1))  # all six recognised ...
        guess[:, 5] = 9  # ... but the last, whose genre is named here and there instead
        guess[rng.random((32, 6)) < 0.15] = 5
        rejected += sample_p_values(as_guesses(guess, Design(32)))[5] <= 0.05
    assert rejected <= stats.binom.ppf(0.999, 400, 0.05)


def test_genre_pools_its_samples() -> None:
    guesses = study(list("aabc"), "aabc", "aacb", "aabb")
    # Each names a twice in four, and puts both on the two samples of it: 1/6 each.
    a = guesses.genres.index("a")
    both_ends = 2 * (1 / 6) ** 3  # all six right, or none
    assert genre_p_values(guesses)[a] == pytest.approx(both_ends)


def test_unbiased_hit_rate_is_wagners(published_answers: pd.DataFrame) -> None:
    guesses = Guesses.of(published_answers)
    of_samples, of_genres = family_tests(guesses, 99)
    named = published_answers["guess"].value_counts()
    expected = [right**2 / (32 * named[genre]) for right, genre in zip(RIGHT, SAMPLES, strict=True)]
    assert of_samples.unbiased == pytest.approx(expected)
    places = [guesses.genres.index(genre) for genre in SAMPLES]
    assert of_genres.unbiased[places] == pytest.approx(expected)


def test_a_default_guess_has_a_low_unbiased_hit_rate() -> None:
    of_samples, _ = family_tests(study(list("abcdef"), *["aaaaaa"] * 10), 99)
    assert of_samples.unbiased[0] == pytest.approx(1 / 6)
    assert of_samples.expected[0] == pytest.approx(1)
    assert of_samples.adjusted[0] == pytest.approx(1)


def test_genres_of_one_sample_each_are_tested_as_their_samples(published_answers: pd.DataFrame) -> None:
    guesses = Guesses.of(published_answers)
    of_samples, of_genres = family_tests(guesses, 999)
    places = [guesses.genres.index(genre) for genre in SAMPLES]
    assert of_genres.p_values[places] == pytest.approx(of_samples.p_values)
    assert of_genres.adjusted[places] == pytest.approx(of_samples.adjusted)
    assert of_genres.expected[places] == pytest.approx(of_samples.expected)


def test_adjusted_p_values_step_down() -> None:
    null = np.array([[0.01, 0.5], [0.2, 0.02], [0.6, 0.9], [0.04, 0.3]])
    found = adjusted(np.array([0.05, 0.25]), null)
    # Of the smallest of each draw, three are at most 0.05; of the second test's own, one is at most 0.25.
    assert found == pytest.approx([4 / 5, 4 / 5])
    assert adjusted(np.array([0.001, 0.25]), null) == pytest.approx([1 / 5, 2 / 5])


def test_adjusted_is_never_below_the_exact_p_value(published_answers: pd.DataFrame) -> None:
    for tests in family_tests(Guesses.of(published_answers), 499):
        assert (tests.adjusted >= tests.p_values).all()


def test_no_false_claim_is_made_of_some_samples_where_others_are_recognised() -> None:
    """Of six samples three are heard; the genres of the others are named as often for all six."""
    rng = np.random.default_rng(5)
    design, studies, claimed = Design(32), 250, 0
    for _ in range(studies):
        guess = rng.choice(10, size=(32, 6), p=[0.1, 0.1, 0.1, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05])
        heard = (rng.random((32, 6)) < 0.7) & (np.arange(6) < 3) & ~np.isin(guess, [3, 4, 5])
        tests, _ = family_tests(as_guesses(np.where(heard, design.intended, guess), design), PERMUTATIONS)
        assert (tests.adjusted[:3] <= 0.05).any()
        claimed += (tests.adjusted[3:] <= 0.05).any()
    assert claimed <= stats.binom.ppf(0.999, studies, 0.05)


@pytest.mark.parametrize("pool", BLIND_POOLS.values(), ids=BLIND_POOLS)
def test_blind_pools_pass_for_hearing_no_more_often_than_the_level(pool: Pool) -> None:
    """The size of the family; `survey_db calibrate` has the long form, which lies between 3 and 6%."""
    design = Design(32)
    drawn = simulated_guesses(pool, design, STUDIES, 0.0, np.random.default_rng(4))
    rejected = sum(
        family_tests(as_guesses(guess, design), PERMUTATIONS)[0].adjusted.min() <= 0.05 for guess in drawn
    )
    assert stats.binom.ppf(0.0005, STUDIES, 0.03) <= rejected <= stats.binom.ppf(0.9995, STUDIES, 0.06)
