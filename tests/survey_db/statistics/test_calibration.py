from __future__ import annotations

import pytest
from scipy import stats

from survey_db.statistics.calibration import binomial_p_values, rejections, report
from survey_db.statistics.simulation import BLIND_POOLS, Design, even_pool


def test_binomial_test_is_fooled_by_a_common_favourite() -> None:
    found = rejections(BLIND_POOLS["a common favourite (40%)"], Design(32), 0.0, 100, permutations=99)
    assert found.old_family > 0.8
    assert found.family < 0.15


def test_hearing_is_shown() -> None:
    found = rejections(even_pool, Design(32), 0.2, 50, permutations=99)
    assert found.overall == found.old_overall == 1
    assert found.overall in found.interval(found.overall)


def test_binomial_p_values_are_scipys() -> None:
    assert binomial_p_values(12, 10)[4] == pytest.approx(stats.binomtest(4, 12, 0.1).pvalue)


def test_report_is_markdown_with_a_row_for_every_pool_and_design() -> None:
    lines = list(report(4, permutations=19))
    assert lines[0].startswith("Share of 4 simulated studies")
    for pool in BLIND_POOLS:
        assert sum(line.startswith(f"| {pool} |") for line in lines) == 3
    assert sum(line.endswith("| ") for line in lines) == 0
