from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import confusion_matrix
from statsmodels.stats.multitest import multipletests

from survey_db.statistics.agreement import agreement_by_genre, agreement_by_sample, confusion, design_effect
from survey_db.statistics.intervals import wilson
from tests.survey_db.published_study import OFFERED, RIGHT, SAMPLES


def test_each_sample_is_tested_against_the_genres_offered(published_answers: pd.DataFrame) -> None:
    found = agreement_by_sample(published_answers, OFFERED)
    p_values = [stats.binomtest(right, 32, 1 / len(OFFERED)).pvalue for right in RIGHT]
    assert [sample.right for sample in found] == list(RIGHT)
    assert [sample.p_value for sample in found] == pytest.approx(p_values)
    assert [sample.p_holm for sample in found] == pytest.approx(multipletests(p_values, method="holm")[1])
    assert found[3].interval == wilson(25, 32)


def test_fewer_genres_offered_make_chance_likelier(published_answers: pd.DataFrame) -> None:
    of_ten = agreement_by_sample(published_answers, OFFERED)[2]
    of_six = agreement_by_sample(published_answers, SAMPLES)[2]
    assert of_ten.p_value < 0.05 < of_six.p_value


def test_genres_with_one_sample_each_are_the_samples(published_answers: pd.DataFrame) -> None:
    by_genre = {genre.group: genre for genre in agreement_by_genre(published_answers, OFFERED)}
    for sample in agreement_by_sample(published_answers, OFFERED):
        assert by_genre[sample.genre].interval == sample.interval
    assert list(by_genre) == [genre for genre in OFFERED if genre in SAMPLES]


def test_samples_of_one_genre_are_pooled_with_a_discount(published_answers: pd.DataFrame) -> None:
    """Listeners who are right about both or about neither tell no more than half as many answers."""
    answers = published_answers[published_answers["sample"].isin(["Sample 1", "Sample 2"])].copy()
    answers["intended_genre"] = "jazz"
    answers["right"] = answers["listener"].cat.codes < 12
    (pooled,) = agreement_by_genre(answers, OFFERED)
    assert (pooled.right, pooled.answers) == (24, 64)
    effect = design_effect(answers["right"], answers["listener"])
    assert effect == pytest.approx(2 * 32 / 31)
    assert pooled.interval == wilson(24 / effect, 64 / effect)


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
    assert agreement_by_sample(published_answers[:0], OFFERED) == ()
    assert agreement_by_genre(published_answers[:0], OFFERED) == ()
    assert confusion(published_answers[:0], OFFERED).counts == ()
