"""The runner finds what it is there to find."""

from __future__ import annotations

from tests.fuzz import faulty
from tests.fuzz.runner import Limits, run


def test_every_kind_of_fault_is_one_finding_and_the_next_input_follows() -> None:
    limits = Limits(cpu_seconds=0.5, wall_seconds=5, memory=faulty.MEGABYTES // 2 * 2**20)
    report = run("tests.fuzz.faulty", 0, faulty.N_SEEDS, limits)
    faults = {finding.seed: finding.fault for finding in report.findings}
    assert report.outcomes == {"answered": 1, "at fault": 5}
    assert "KeyError('no error of ours') in faulty.py" in faults[1]
    assert "took 8" in faults[2]
    assert "status -6" in faults[3]
    assert "too much time" in faults[4]
    assert "did not come back" in faults[5]


def test_a_seed_makes_the_same_input_again() -> None:
    assert run("tests.fuzz.faulty", 1, 1).findings == run("tests.fuzz.faulty", 1, 1).findings
