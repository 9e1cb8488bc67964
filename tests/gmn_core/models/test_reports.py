"""The reports that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gmn_core.models import reports
from gmn_core.models.reports import REPORTS_DIR, read_evaluations, read_report


def test_an_absent_report_is_none() -> None:
    assert read_report("absent") is None


@pytest.mark.parametrize("name", [path.stem for path in sorted(REPORTS_DIR.glob("*.json"))])
def test_each_report_is_whole(name: str) -> None:
    report = read_report(name)
    assert report
    for protocol in report.get("protocols", {}).values():
        for row in protocol["models"].values():
            assert sum(map(sum, row["confusion"])) == row["n_clips"] == row["accuracy"]["n"]
            right = sum(row["confusion"][place][place] for place in range(10))
            assert right == row["accuracy"]["n_right"]


def test_models_evaluated_apart_stand_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(name: str, n_folds: int | None, **protocols: list[str]) -> None:
        found = {
            key: {"models": {model: {"n_clips": 1} for model in models}, "comparisons": [key]}
            for key, models in protocols.items()
        }
        report = {"command": f"make {name}", "n_folds": n_folds, "protocols": found}
        (tmp_path / f"{name}.json").write_text(json.dumps(report))

    write("cv", 10, artist=["knn_descriptors"], random=["knn_descriptors"])
    write("cv_cnn", 3, artist=["cnn"])
    write("valid", None, valid=["cnn"])
    monkeypatch.setattr(reports, "REPORTS_DIR", tmp_path)
    protocols, commands = read_evaluations()
    assert list(protocols) == ["artist", "valid", "random"], "the most honest first"
    assert {model: row["n_folds"] for model, row in protocols["artist"]["models"].items()} == {
        "knn_descriptors": 10,
        "cnn": 3,
    }
    assert protocols["artist"]["comparisons"] == ["artist", "artist"]
    assert commands == ["make cv", "make cv_cnn", "make valid"]
