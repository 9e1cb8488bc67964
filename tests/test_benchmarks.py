"""The page on performance that `make bench` writes of its measurements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import report

RUN = {
    "datetime": "2026-11-25T20:00:00",
    "machine_info": {
        "machine": "x86_64",
        "python_version": "3.11.7",
        "cpu": {"brand_raw": "A CPU", "count": 2},
    },
    "benchmarks": [
        {
            "fullname": "benchmarks/test_a.py::test_ours",
            "stats": {"median": 0.1},
            "extra_info": {"work": "describe", "target": 0.12, "peer": "d"},
        },
        {
            "fullname": "benchmarks/test_a.py::test_peer",
            "stats": {"median": 0.5},
            "extra_info": {"work": "describe plainly", "peer_of": "d"},
        },
        {
            "fullname": "benchmarks/test_a.py::test_folder",
            "stats": {"median": 9.0},
            "extra_info": {"work": "a folder", "rate": 2.5, "rate_target": 6.0},
        },
        {
            "fullname": "benchmarks/test_a.py::test_next",
            "stats": {"median": 9.0},
            "extra_info": {"work": "Next", "p50": 0.05, "p95": 0.2, "p95_target": 0.3},
        },
        {
            "fullname": "benchmarks/test_a.py::test_first",
            "stats": {"median": 1.5},
            "extra_info": {"work": "first", "target": 2.0, "memory": 450, "memory_target": 400},
        },
    ],
}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(report, "KEPT", tmp_path / "kept.json")
    (tmp_path / "raw.json").write_text(json.dumps(RUN))
    report.main(tmp_path / "raw.json")
    return tmp_path / "performance.md"


def test_each_figure_stands_beside_its_target(page: Path) -> None:
    text = page.read_text()
    assert "A CPU, 2 processors, Python 3.11.7, 2026-11-25" in text
    assert "| describe | 0.1 s |  | ≤ 0.12 s | ✓ |" in text
    assert "| a folder | 2.5 files/s |  | ≥ 6.0 files/s | ✗ |" in text
    assert "| Next | 200 ms (p95) |  | ≤ 300 ms (p95) | ✓ |" in text
    assert "| first | 1.5 s |  | ≤ 2 s | ✓ |\n| first | 450 MB |  | ≤ 400 MB | ✗ |" in text


def test_a_peer_is_measured_against(page: Path) -> None:
    assert "| describe | 0.1 s | describe plainly | 0.5 s | 5 |" in page.read_text()


def test_the_run_before_is_shown_beside_the_new_one(page: Path) -> None:
    changed = json.loads(json.dumps(RUN))
    changed["benchmarks"][0]["stats"]["median"] = 0.05
    (page.parent / "raw.json").write_text(json.dumps(changed))
    report.main(page.parent / "raw.json")
    assert "| describe | 0.05 s | 0.1 s | ≤ 0.12 s | ✓ |" in page.read_text()
