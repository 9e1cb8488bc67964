from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower

from survey_db.statistics.intervals import Interval
from survey_db.statistics.mixed import MixedModel, Term
from survey_db.statistics.planning import PlannedStudy, planned_power
from survey_db.statistics.power import (
    difference_power,
    listeners_for_difference,
    listeners_for_half_width,
    plans,
)


def test_power_as_r_prints_it() -> None:
    """power.t.test(n = 20, delta = 1) gives 0.8689528; power.t.test(power = .90, delta = 1) n = 22.02110."""
    assert difference_power(1, 1, 20, groups=2) == pytest.approx(0.8689528, abs=1e-6)
    assert listeners_for_difference(1, 1, groups=2, power=0.9) == math.ceil(22.02110)


@pytest.mark.parametrize(("effect", "sd", "listeners"), [(0.5, 1.4, 32), (0.2, 1.0, 150), (2, 1.5, 5)])
def test_power_is_that_of_statsmodels(effect: float, sd: float, listeners: int) -> None:
    two = TTestIndPower().power(effect / sd, listeners, 0.05)
    one = TTestPower().power(effect / sd, listeners, 0.05)
    assert difference_power(effect, sd, listeners, groups=2) == pytest.approx(two, abs=1e-9)
    assert difference_power(effect, sd, listeners, groups=1) == pytest.approx(one, abs=1e-9)


def test_the_number_is_the_fewest() -> None:
    for groups in (1, 2):
        fewest = listeners_for_difference(0.5, 1.4, groups=groups)
        assert difference_power(0.5, 1.4, fewest, groups=groups) >= 0.8
        assert difference_power(0.5, 1.4, fewest - 1, groups=groups) < 0.8


def test_half_width_is_reached_at_the_number() -> None:
    fewest = listeners_for_half_width(0.25, 1.2)

    def half(listeners: int) -> float:
        return float(stats.t.ppf(0.975, listeners - 1)) * 1.2 / math.sqrt(listeners)

    assert half(fewest) <= 0.25 < half(fewest - 1)


def test_an_effect_of_nothing_needs_more_than_anyone_can_ask() -> None:
    assert listeners_for_difference(1e-9, 1.0, groups=2) >= 1_000_000


def model(listener_sd: float, residual_sd: float) -> MixedModel:
    mean = Term("mean", 6.0, 0.3, 30.0, Interval(5.4, 6.6), 0.0)
    return MixedModel((mean,), listener_sd, 0.8, residual_sd, 800.0, 192, 32, 6)


def test_planned_listeners_show_the_effect_in_simulated_studies() -> None:
    """Studies drawn from the model itself reject as often as the plan promises."""
    separate, same, *_ = plans(model(1.2, 1.8), 6, 10, points=0.8)
    rng = np.random.default_rng(0)

    def means(studies: int, listeners: int) -> np.ndarray:
        strictness = rng.normal(0, 1.2, (studies, listeners))
        return strictness + rng.normal(0, 1.8, (studies, listeners, 6)).mean(axis=2)

    first = means(4000, separate.listeners)
    second = means(4000, separate.listeners) + 0.8
    rejected = stats.ttest_ind(first, second, axis=1).pvalue < 0.05
    assert rejected.mean() == pytest.approx(separate.power, abs=0.02)
    halves = rng.normal(0, 1.8, (2, 4000, same.listeners, 6)).mean(axis=3)
    rejected = stats.ttest_rel(halves[0], halves[1] + 0.8, axis=1).pvalue < 0.05
    assert rejected.mean() == pytest.approx(same.power, abs=0.02)


def test_plans_name_their_effect() -> None:
    found = plans(model(1.2, 1.8), 6, 10, points=1.0)
    assert [plan.effect for plan in found] == pytest.approx([1.0, 1.0, 0.25, 0.25, 0.5])
    assert all(plan.aim and plan.listeners >= 2 for plan in found)
    assert all(plan.power >= 0.8 for plan in found[:4])


def test_recognition_is_planned_by_the_test_of_the_results() -> None:
    overall, of_sample = plans(model(1.2, 1.8), 6, 10)[2:4]
    planned = planned_power(PlannedStudy(0.25), overall.listeners, draws=500)
    assert (overall.power, overall.interval) == (planned.overall, planned.overall_interval)
    assert of_sample.listeners > overall.listeners
    assert of_sample.interval is not None
    assert of_sample.power in of_sample.interval


def test_a_study_of_one_genre_has_no_plan_for_recognition() -> None:
    assert [plan.effect for plan in plans(model(1.2, 1.8), 6, 1)] == [0.5, 0.5, 0.25]
