from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from survey_db.statistics.comparison import StudyComparison, compare, newcombe
from survey_db.statistics.intervals import Interval, Missing, wilson
from survey_db.statistics.selection import listener_totals
from tests.survey_db.published_study import OFFERED

NAMES = ("old", "new")


def simulated(rng: np.random.Generator, listeners: int, shift: float) -> pd.DataFrame:
    """Answers of listeners who differ in strictness and in hearing."""
    listener, sample = (codes.ravel() for codes in np.indices((listeners, 6)))
    rating = 6 + shift + rng.normal(0, 1.2, listeners)[listener] + rng.normal(0, 1.8, len(listener))
    right = rng.normal(0, 1, len(listener)) + rng.normal(0, 0.7, listeners)[listener] > 0.8 - 0.2 * shift
    return pd.DataFrame(
        {
            "listener": pd.Categorical(listener),
            "sample": pd.Categorical(sample),
            "rating": rating,
            "right": right,
            "intended_genre": np.array(OFFERED)[sample],
        }
    )


def compared(first: pd.DataFrame, second: pd.DataFrame, replicates: int = 4_000) -> StudyComparison:
    found = compare(first, second, NAMES, OFFERED, replicates)
    assert isinstance(found, StudyComparison)
    return found


def test_newcombe_s_own_example() -> None:
    """Newcombe, 1998, Statistics in Medicine 17:873-890, table II (a): 56/70 less 48/80, method 10."""
    interval = newcombe((48 / 80, wilson(48, 80)), (56 / 70, wilson(56, 70)))
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)


def test_newcombe_is_that_of_statsmodels() -> None:
    theirs = confint_proportions_2indep(25, 32, 1, 32, method="newcomb", compare="diff")
    ours = newcombe((1 / 32, wilson(1, 32)), (25 / 32, wilson(25, 32)))
    assert (ours.low, ours.high) == pytest.approx(theirs)


def test_difference_agrees_with_welch_s_test_of_listeners_means() -> None:
    rng = np.random.default_rng(0)
    first, second = simulated(rng, 32, 0.0), simulated(rng, 48, 1.0)
    theirs = stats.ttest_ind(
        second.groupby("listener", observed=True)["rating"].mean(),
        first.groupby("listener", observed=True)["rating"].mean(),
        equal_var=False,
    ).confidence_interval()
    mean = compared(first, second).overall[0]
    assert mean.difference == pytest.approx(second["rating"].mean() - first["rating"].mean())
    assert isinstance(mean.interval, Interval)
    assert (mean.interval.low, mean.interval.high) == pytest.approx((theirs.low, theirs.high), abs=0.05)


def test_intervals_cover_the_true_difference() -> None:
    rng = np.random.default_rng(1)
    many = [simulated(rng, 40_000, shift) for shift in (0.0, 0.5)]
    truth = [second - first for first, second in zip(*(_figures(study) for study in many), strict=True)]
    covered = np.zeros(2)
    for _ in range(200):
        found = compared(simulated(rng, 16, 0.0), simulated(rng, 32, 0.5), replicates=1_000)
        covered += [value in item.interval for value, item in zip(truth, found.overall, strict=True)]
    assert (covered / 200 >= 0.91).all()
    assert (covered / 200 <= 0.985).all()


def _figures(study: pd.DataFrame) -> list[float]:
    totals, counts = listener_totals(study)
    return (totals.sum(axis=0) / counts.sum()).tolist()


def test_a_study_against_itself_differs_by_nothing(published_answers: pd.DataFrame) -> None:
    found = compared(published_answers, published_answers)
    assert (found.first, found.second) == NAMES
    assert [item.name for item in found.overall] == ["mean rating", "share right"]
    for item in (*found.overall, *found.by_genre):
        assert item.difference == 0
        assert isinstance(item.interval, Interval)
        assert 0 in item.interval


def test_genres_of_only_one_study_are_left_out(published_answers: pd.DataFrame) -> None:
    fewer = published_answers[published_answers["intended_genre"] != "rock"]
    genres = [item.name for item in compared(published_answers, fewer).by_genre]
    assert genres == ["classical", "country", "hiphop", "jazz", "metal"]


def test_few_listeners_in_one_study_leave_no_interval(published_answers: pd.DataFrame) -> None:
    few = published_answers[published_answers["listener"].isin(["L01", "L02", "L03"])]
    found = compared(published_answers, few)
    assert [type(item.interval) for item in found.overall] == [Missing, Missing]


def test_no_spread_at_all_is_said(published_answers: pd.DataFrame) -> None:
    unanimous = published_answers.assign(right=True, rating=7)
    for item in compared(unanimous, unanimous).overall:
        assert isinstance(item.interval, Missing)
        assert "no spread" in item.interval.reason


def test_an_unanswered_study_is_named(published_answers: pd.DataFrame) -> None:
    assert compare(published_answers, published_answers[:0], NAMES, OFFERED) == Missing(
        "Nobody has answered new yet."
    )
