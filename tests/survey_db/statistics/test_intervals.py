from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from survey_db.statistics.intervals import (
    MIN_LISTENERS,
    Interval,
    Missing,
    bootstrap_means,
    clustered_interval,
    holm,
    listener_bootstrap,
    mean_interval,
    ratio_error,
    wilson,
)
from survey_db.statistics.recognition import design_effect

SAMPLES = 6
STUDIES = 1_000


@pytest.mark.parametrize(("right", "answers"), [(0, 32), (1, 32), (25, 32), (32, 32), (63, 192), (1, 1)])
def test_wilson_is_that_of_statsmodels(right: int, answers: int) -> None:
    ours = wilson(right, answers)
    assert (ours.low, ours.high) == pytest.approx(
        proportion_confint(right, answers, method="wilson"), abs=1e-9
    )


def test_wilson_worked_by_newcombe() -> None:
    """Newcombe, 1998, Statistics in Medicine 17:857-872, table I: 81/263 and 15/148, method 3."""
    for right, answers, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        interval = wilson(right, answers)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize(("right", "answers"), [(0, 20), (7, 20), (20, 20)])
def test_clustered_interval_without_clustering_is_clopper_and_pearson_s(right: int, answers: int) -> None:
    theirs = stats.binomtest(right, answers).proportion_ci(method="exact")
    ours = clustered_interval(right, answers, 1.0, answers)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_one_listener_counts_as_one_answer() -> None:
    assert clustered_interval(2, 2, 1.0, 1) == Interval(pytest.approx(0.025), 1.0)


@pytest.mark.parametrize(("listeners", "samples"), [(16, 4), (32, 2)])
def test_clustered_intervals_cover_the_truth(listeners: int, samples: int) -> None:
    """Listeners who differ in hearing, each with several answers."""
    rng = np.random.default_rng(9)
    covered = 0
    for _ in range(400):
        right = rng.random((listeners, samples)) < rng.beta(1.5, 3.5, (listeners, 1))
        listener = pd.Series(np.repeat(np.arange(listeners), samples))
        effect = design_effect(pd.Series(right.ravel()), listener)
        covered += 0.3 in clustered_interval(int(right.sum()), right.size, effect, listeners)
    assert covered / 400 >= 0.93


def test_holm_is_that_of_statsmodels() -> None:
    p_values = [0.01, 0.04, 0.03, 0.005, 0.9, 0.03]
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_keeps_the_order_and_takes_nothing() -> None:
    assert holm([0.03, 0.01]) == pytest.approx((0.03, 0.02))
    assert holm([]) == ()


def test_mean_interval_is_student_s() -> None:
    values = np.array([3.0, 7, 8, 4, 6, 9, 5])
    theirs = stats.ttest_1samp(values, 0).confidence_interval()
    assert mean_interval(values) == Interval(pytest.approx(theirs.low), pytest.approx(theirs.high))
    assert isinstance(mean_interval(values[:1]), Missing)


def simulated_study(rng: np.random.Generator, listeners: int, lost: float) -> tuple[np.ndarray, np.ndarray]:
    """Totals and counts of a study whose listeners differ in strictness, hearing and stamina."""
    centres = np.array([3.5, 5, 6, 6.5, 7.5, 8.5])
    strictness = rng.normal(0, 1.2, (listeners, 1))
    ratings = np.clip(np.rint(centres + strictness + rng.normal(0, 1.8, (listeners, SAMPLES))), 1, 10)
    hearing = rng.normal(0, 0.8, (listeners, 1))
    ease = np.array([-0.4, -0.5, -0.8, 0.9, -1.9, -1.0])
    right = rng.normal(0, 1, (listeners, SAMPLES)) < ease + hearing
    answered = np.ones((listeners, SAMPLES), dtype=bool)
    for listener in np.flatnonzero(rng.random(listeners) < lost):
        answered[listener, rng.permutation(SAMPLES)[rng.integers(1, SAMPLES) :]] = False
    totals = np.stack([(ratings * answered).sum(axis=1), (right * answered).sum(axis=1)], axis=1)
    return totals.astype(np.float64), answered.sum(axis=1).astype(np.float64)


@pytest.mark.parametrize(("listeners", "lost"), [(MIN_LISTENERS, 0.0), (32, 0.0), (32, 0.3)])
def test_intervals_cover_the_truth_as_often_as_they_say(listeners: int, lost: float) -> None:
    totals, counts = simulated_study(np.random.default_rng(0), 500_000, 0.0)
    truth = totals.sum(axis=0) / counts.sum()
    rng = np.random.default_rng(1)
    covered = np.zeros(2)
    for _ in range(STUDIES):
        intervals = listener_bootstrap(*simulated_study(rng, listeners, lost), replicates=1_000)
        covered += [value in interval for value, interval in zip(truth, intervals, strict=True)]
    mean, share = covered / STUDIES
    assert 0.93 <= mean <= 0.97
    assert 0.93 <= share <= 0.97


def test_interval_agrees_with_the_linearised_error() -> None:
    totals, counts = simulated_study(np.random.default_rng(2), 32, 0.3)
    errors = stats.t.ppf(0.975, 31) * ratio_error(totals, counts)
    for interval, half in zip(listener_bootstrap(totals, counts), errors, strict=True):
        assert isinstance(interval, Interval)
        assert interval.high - interval.low == pytest.approx(2 * half, rel=0.08)


def test_bootstrap_draws_whole_listeners() -> None:
    """Against scipy's bootstrap of the same ratio over listeners."""
    totals, counts = simulated_study(np.random.default_rng(3), 24, 0.3)
    ours = bootstrap_means(totals[:, :1], counts, np.random.default_rng(4))[:, 0]
    theirs = stats.bootstrap(
        (totals[:, 0], counts),
        lambda sums, answers, axis: sums.sum(axis=axis) / answers.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=10_000,
        method="percentile",
        rng=np.random.default_rng(5),
    )
    assert ours.std(ddof=1) == pytest.approx(theirs.standard_error, rel=0.03)
    assert np.quantile(ours, [0.025, 0.975]) == pytest.approx(list(theirs.confidence_interval), abs=0.03)


def test_bootstrap_is_the_same_every_time_and_in_any_order_of_listeners() -> None:
    totals, counts = simulated_study(np.random.default_rng(6), 20, 0.0)
    order = np.random.default_rng(7).permutation(20)
    assert listener_bootstrap(totals, counts) == listener_bootstrap(totals[order], counts[order])


def test_few_listeners_get_a_sentence_and_no_interval() -> None:
    totals, counts = simulated_study(np.random.default_rng(8), MIN_LISTENERS - 1, 0.0)
    for missing in listener_bootstrap(totals, counts):
        assert isinstance(missing, Missing)
        assert str(MIN_LISTENERS - 1) in missing.reason
