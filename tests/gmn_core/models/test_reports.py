"""The reports that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gmn_core.models import reports
from gmn_core.models.card import ModelError
from gmn_core.models.reports import REPORTS_DIR, read_evaluations, read_report


def test_an_absent_report_is_none() -> None:
    assert read_report("absent") is None


def test_a_damaged_report_is_an_error_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "REPORTS_DIR", tmp_path)
    (tmp_path / "cv.json").write_text("{")
    with pytest.raises(ModelError, match=r"cv\.json cannot be read"):
        read_evaluations()


@pytest.mark.parametrize("name", [path.stem for path in sorted(REPORTS_DIR.glob("*.json"))])
def test_each_report_is_whole(name: str) -> None:
    report = read_report(name)
    assert report
    for protocol in report.get("protocols", {}).values():
        for row in protocol["models"].values():
            assert sum(map(sum, row["confusion"])) == row["n_clips"] == row["accuracy"]["n"]
            right = sum(row["confusion"][place][place] for place in range(10))
            assert right == row["accuracy"]["n_right"]


def test_protocols_of_all_reports_come_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(name: str, *protocols: str) -> None:
        found = {key: {"models": {"cnn": {"n_clips": 1}}, "comparisons": [key]} for key in protocols}
        report = {"command": f"make {name}", "protocols": found}
        (tmp_path / f"{name}.json").write_text(json.dumps(report))

    write("cv", "random", "artist")
    write("valid", "valid")
    monkeypatch.setattr(reports, "REPORTS_DIR", tmp_path)
    protocols, commands = read_evaluations()
    assert list(protocols) == ["artist", "valid", "random"], "the most honest first"
    assert protocols["artist"]["comparisons"] == ["artist"]
    assert commands == ["make cv", "make valid"]
