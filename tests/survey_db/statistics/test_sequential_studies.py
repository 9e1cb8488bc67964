"""The sequential test keeps to its level where a fixed test that is done again and again does not."""

from __future__ import annotations

import pytest

from survey_db.statistics.sequential_studies import LEVEL, misses, report, stops
from survey_db.statistics.simulation import BLIND_POOLS, Design, even_pool

STUDIES = 300
SHORT = Design(40)


@pytest.mark.parametrize("name", ["evenly among the genres present", "a common favourite (40%)"])
def test_blind_listeners_are_ever_taken_for_hearing_ones_no_more_often_than_claimed(name: str) -> None:
    found = stops(BLIND_POOLS[name], 0.0, STUDIES, SHORT)
    assert found.sequential <= LEVEL + 0.02
    assert found.peeking > 2 * LEVEL


def test_listeners_who_hear_are_found_early() -> None:
    found = stops(even_pool, 0.12, STUDIES, SHORT)
    assert found.sequential > 0.9
    assert found.listeners < 25


@pytest.mark.parametrize("mean", [0.1, 0.33])
def test_the_confidence_sequence_holds_at_all_times(mean: float) -> None:
    assert misses(mean, 60, 40) <= LEVEL + 0.04


def test_the_report_has_its_three_tables() -> None:
    lines = list(report(5))
    assert sum(line.startswith("|---") for line in lines) == 3
    assert max(map(len, lines)) < 120
