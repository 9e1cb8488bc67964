"""A short form of `make fuzz`, which feeds each target with 100,000 inputs."""

from __future__ import annotations

import pytest

from tests.fuzz import TARGETS
from tests.fuzz.runner import run

COUNTS = {"audio": 150, "midi": 250, "study": 250, "packed": 150}


@pytest.mark.parametrize("target", TARGETS)
def test_strange_input_is_answered_within_bounds(target: str) -> None:
    report = run(f"tests.fuzz.{target}", 0, COUNTS[target])
    assert not report.findings
    assert sum(report.outcomes.values()) == COUNTS[target]
    assert len(report.outcomes) > 1, "some are refused and some are not"
