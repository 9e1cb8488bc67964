"""Systems compared: what is shown, what is not, and that the intervals hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_db.statistics.intervals import Missing
from survey_db.statistics.system_studies import STUDIES, SystemStudy, coverage
from survey_db.statistics.systems import OutcomeComparison, compare_systems, simultaneous
from tests.survey_db.compared_systems import system_answers


def compared(frame: pd.DataFrame) -> tuple[OutcomeComparison, OutcomeComparison]:
    found = compare_systems(frame)
    assert found is not None
    return found.ratings, found.recognition


def test_a_study_of_one_system_or_none_compares_nothing() -> None:
    frame = system_answers()
    assert compare_systems(frame[frame["system"] == "Theirs"]) is None
    assert compare_systems(frame.assign(system=None)) is None
    assert compare_systems(frame.iloc[:0]) is None


def test_a_large_difference_is_shown_and_none_is_not() -> None:
    ratings, recognition = compared(system_answers())
    assert ratings.means[0].system == "Ours"
    assert [mean.estimate for mean in ratings.means] == sorted(
        (mean.estimate for mean in ratings.means), reverse=True
    )
    for differences in (ratings.differences, ratings.within_listeners):
        assert not isinstance(differences, Missing)
        assert [one.shown for one in differences] == [True, True, False]
        assert [one.p_value < 0.05 for one in differences] == [True, True, False]
        assert {one.first for one in differences[:2]} == {"Ours"}
    assert not isinstance(recognition.differences, Missing)
    assert not any(one.shown for one in recognition.differences)


def test_means_say_what_they_rest_on() -> None:
    frame = system_answers()
    ratings, recognition = compared(frame)
    for outcome, column in ((ratings, "rating"), (recognition, "right")):
        for mean in outcome.means:
            own = frame[frame["system"] == mean.system]
            assert (mean.samples, mean.answers, mean.listeners) == (6, len(own), own["listener"].nunique())
            assert mean.observed == pytest.approx(own[column].mean())
            assert not isinstance(mean.interval, Missing)
            assert mean.estimate in mean.interval


def test_answers_to_samples_of_no_system_are_left_out() -> None:
    frame = system_answers()
    more = frame.assign(sample=pd.Categorical(["another"] * len(frame)), system=None, rating=1)
    found = compare_systems(pd.concat([frame.astype({"sample": str}), more.astype({"sample": str})]))
    assert found is not None
    assert found.left_out == len(frame)
    alone = compare_systems(frame)
    assert alone is not None
    estimates = [[mean.estimate for mean in each.ratings.means] for each in (found, alone)]
    assert estimates[0] == pytest.approx(estimates[1], abs=1e-3)


def test_whether_systems_have_the_same_genres_is_known() -> None:
    frame = system_answers()
    same = compare_systems(frame)
    assert same is not None
    assert (same.same_genres, same.compositions) == (True, 6)
    other = compare_systems(frame.assign(intended_genre=frame["system"].map(lambda name: f"{name}'s genre")))
    assert other is not None
    assert not other.same_genres


def test_with_one_sample_each_only_differences_within_listeners_are_reported() -> None:
    ratings, _ = compared(system_answers(SystemStudy(24, 2, 1, together=True)))
    assert isinstance(ratings.differences, Missing)
    assert "two samples or more" in ratings.differences.reason
    assert isinstance(ratings.means[0].interval, Missing)
    assert not isinstance(ratings.within_listeners, Missing)
    (one,) = ratings.within_listeners
    # The paired t test, up to its degrees of freedom.
    frame = system_answers(SystemStudy(24, 2, 1, together=True))
    wide = frame.pivot_table(index="listener", columns="system", values="rating")
    plain = stats.ttest_rel(wide["Ours"], wide["Theirs"])
    assert abs(one.estimate) == pytest.approx(abs((wide["Ours"] - wide["Theirs"]).mean()))
    assert one.p_value == pytest.approx(plain.pvalue, rel=0.25)


def test_few_listeners_are_reported_to_be_few() -> None:
    ratings, _ = compared(system_answers(SystemStudy(11, 2, 8)))
    assert isinstance(ratings.within_listeners, Missing)
    assert "at least 12 listeners, not 11" in ratings.within_listeners.reason
    assert not isinstance(ratings.differences, Missing)
    ratings, _ = compared(system_answers(SystemStudy(2, 2, 8)))
    assert isinstance(ratings.differences, Missing)


def test_answers_that_do_not_vary_are_reported() -> None:
    ratings, recognition = compared(system_answers().assign(rating=5, right=True))
    for outcome in (ratings, recognition):
        assert isinstance(outcome.differences, Missing)
        assert isinstance(outcome.within_listeners, Missing)


def test_listeners_who_hear_one_system_each_are_told_apart_by_the_model_alone() -> None:
    frame = system_answers(SystemStudy(24, 2, 8, together=True))
    frame = frame[frame["listener"] % 2 == (frame["system"] == "Ours")]
    ratings, _ = compared(frame)
    assert isinstance(ratings.within_listeners, Missing)
    assert "more than one system" in ratings.within_listeners.reason
    assert not isinstance(ratings.differences, Missing)


def test_intervals_of_all_pairs_are_tukeys_for_balanced_systems() -> None:
    systems = 4
    means, variance, freedom = np.array([0.0, 0.4, 1.0, 1.7]), 0.04, 60.0
    pairs = np.array(
        [[(one == i) - (one == j) for one in range(systems)] for i in range(4) for j in range(i)]
    )
    intervals, p_values = simultaneous(
        pairs @ means, variance * pairs @ pairs.T, np.full(len(pairs), freedom)
    )
    quantile = stats.studentized_range.ppf(0.95, systems, freedom) / np.sqrt(2)
    half = [(interval.high - interval.low) / 2 for interval in intervals]
    # Slightly wider: that all pairs share one estimate of the variance is not made use of.
    assert half == pytest.approx([quantile * np.sqrt(2 * variance)] * len(pairs), rel=0.02)
    studentised = np.abs(pairs @ means) / np.sqrt(variance)
    assert p_values == pytest.approx(stats.studentized_range.sf(studentised, systems, freedom), abs=0.01)


def test_one_pair_needs_no_correction() -> None:
    (interval,), (p_value,) = simultaneous(np.array([1.0]), np.array([[0.25]]), np.array([20.0]))
    low, high = stats.t.interval(0.95, 20, loc=1, scale=0.5)
    assert (interval.low, interval.high) == pytest.approx((low, high))
    assert p_value == pytest.approx(2 * stats.t.sf(2, 20))


@pytest.mark.parametrize("name", list(STUDIES)[:2])
def test_intervals_cover_the_truth(name: str) -> None:
    """Over 40 studies; `python -m survey_db calibrate systems` draws 1,000 of every kind."""
    found = coverage(STUDIES[name], 40)
    for share in (found.ratings, found.recognition, found.within_listeners):
        # Intervals that hold in 95% of studies do so in fewer than 33 of 40 once in 500 times.
        assert 33 <= round(share * 40) <= 40
