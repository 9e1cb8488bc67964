from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from survey_db.statistics.blind import Guesses
from survey_db.statistics.families import family_tests
from survey_db.statistics.intervals import Missing, clustered_interval, wilson
from survey_db.statistics.recognition import (
    StudyRecognition,
    confusion,
    design_effect,
    recognition,
    shares_by_genre,
    shares_by_sample,
)
from tests.survey_db.published_study import OFFERED, RIGHT, SAMPLES


def test_each_sample_is_reported_with_what_is_expected_blind(published_answers: pd.DataFrame) -> None:
    found = recognition(published_answers, OFFERED)
    tests, _ = family_tests(Guesses.of(published_answers))
    assert [sample.right for sample in found.by_sample] == list(RIGHT)
    assert [sample.genre for sample in found.by_sample] == list(SAMPLES)
    assert [sample.expected for sample in found.by_sample] == pytest.approx(tests.expected)
    assert [sample.p_value for sample in found.by_sample] == pytest.approx(tests.p_values)
    assert [sample.p_adjusted for sample in found.by_sample] == pytest.approx(tests.adjusted)
    assert [sample.unbiased for sample in found.by_sample] == pytest.approx(tests.unbiased)
    assert found.by_sample[3].interval == wilson(25, 32)


def test_genres_with_one_sample_each_are_the_samples(published_answers: pd.DataFrame) -> None:
    found = recognition(published_answers, OFFERED)
    by_genre = {genre.group: genre for genre in found.by_genre}
    for sample in found.by_sample:
        genre, p_values = by_genre[sample.genre], (sample.p_value, sample.p_adjusted)
        same = replace(genre, group=sample.group, p_value=sample.p_value, p_adjusted=sample.p_adjusted)
        assert same == sample
        assert (genre.p_value, genre.p_adjusted) == pytest.approx(p_values)
    assert list(by_genre) == [genre for genre in OFFERED if genre in SAMPLES]


def test_the_order_of_responses_changes_nothing(published_answers: pd.DataFrame) -> None:
    found = recognition(published_answers, OFFERED)
    turned = recognition(published_answers.sample(frac=1, random_state=0), OFFERED)
    assert [s.p_adjusted for s in turned.by_sample] == [s.p_adjusted for s in found.by_sample]


def test_samples_of_one_genre_are_pooled_with_a_discount(published_answers: pd.DataFrame) -> None:
    """Listeners who are right about both or about neither tell no more than half as many answers."""
    answers = published_answers[published_answers["sample"].isin(["Sample 1", "Sample 2"])].copy()
    answers["intended_genre"] = "jazz"
    answers["right"] = answers["listener"].cat.codes < 12
    (pooled,) = shares_by_genre(answers, OFFERED)
    assert (pooled.right, pooled.answers) == (24, 64)
    effect = design_effect(answers["right"], answers["listener"])
    assert effect == pytest.approx(2 * 32 / 31)
    assert pooled.interval == clustered_interval(24, 64, effect, 32)
    assert pooled.interval.high - pooled.interval.low > 1.3 * (wilson(24, 64).high - wilson(24, 64).low)


def test_design_effect_is_that_of_the_intraclass_correlation() -> None:
    """Kish's ``1 + (m - 1) ρ`` for clusters of equal size, by simulation of many listeners."""
    rng = np.random.default_rng(0)
    chances = rng.beta(2, 3, size=4000)
    right = pd.Series((rng.random((4000, 5)) < chances[:, None]).ravel())
    listener = pd.Series(np.repeat(np.arange(4000), 5))
    correlation = 1 / (2 + 3 + 1)
    assert design_effect(right, listener) == pytest.approx(1 + 4 * correlation, rel=0.05)


def test_design_effect_without_spread_or_with_one_listener_is_none() -> None:
    assert design_effect(pd.Series([True, True]), pd.Series(["a", "b"])) == 1
    assert design_effect(pd.Series([True, False]), pd.Series(["a", "a"])) == 1


def test_confusion_is_that_of_scikit_learn(published_answers: pd.DataFrame) -> None:
    found = confusion(published_answers, OFFERED)
    theirs = confusion_matrix(published_answers["intended_genre"], published_answers["guess"], labels=OFFERED)
    rows = [OFFERED.index(genre) for genre in found.intended]
    assert np.array_equal(found.counts, theirs[rows])
    assert np.sum(found.shares, axis=1) == pytest.approx(1)
    assert found.counts[found.intended.index("hiphop")][OFFERED.index("hiphop")] == 25


def test_nothing_answered_gives_empty_tables(published_answers: pd.DataFrame) -> None:
    found = recognition(published_answers[:0], OFFERED)
    assert found == StudyRecognition(Missing("Nobody has answered yet."), (), ())
    assert shares_by_sample(published_answers[:0]) == shares_by_genre(published_answers[:0], OFFERED) == ()
    assert confusion(published_answers[:0], OFFERED).counts == ()
