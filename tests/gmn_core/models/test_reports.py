"""The reports that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gmn_core.models import reports
from gmn_core.models.card import ModelError
from gmn_core.models.reports import REPORTS_DIR, publish_report, read_evaluations, read_report, weights_sha256


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


@pytest.fixture
def reports_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    monkeypatch.setattr(reports, "REPORTS_DIR", folder)
    return folder


def on_test(tmp_path: Path, **changes: str) -> Path:
    """Write a report on the test clips, made with the weights that ship but for some changes."""
    report = {
        "split": "test",
        "command": "measure",
        "models_sha256": weights_sha256(["cnn"]) | changes,
        "protocols": {"test": {"models": {}, "comparisons": []}},
    }
    path = tmp_path / "measured.json"
    path.write_text(json.dumps(report))
    return path


def test_the_report_on_the_test_clips_ships_and_speaks_of_the_shipped_weights() -> None:
    protocols, commands = read_evaluations()
    assert next(iter(protocols)) == "test"
    assert protocols["test"]["models"]["cnn_pretrained"]["accuracy"]["n"] == 290
    assert "--split test" in commands[0]


def test_a_report_on_the_shipped_weights_is_published(tmp_path: Path, reports_dir: Path) -> None:
    assert publish_report(on_test(tmp_path)) == reports_dir / "test.json"
    assert list(read_evaluations()[0]) == ["test"]


def test_a_report_on_other_weights_is_neither_published_nor_shown(tmp_path: Path, reports_dir: Path) -> None:
    other = on_test(tmp_path, **{"cnn/network.onnx": "0" * 64})
    with pytest.raises(ModelError, match="other weights"):
        publish_report(other)
    (reports_dir / "test.json").write_bytes(other.read_bytes())
    assert read_evaluations() == ({}, [])


@pytest.mark.parametrize("text", ["[]", "{}", '{"split": "cv"}'])
def test_what_is_no_report_on_the_test_clips_is_not_published(
    tmp_path: Path, reports_dir: Path, text: str
) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(ModelError, match="no report"):
        publish_report(tmp_path / "other.json")
    assert not list(reports_dir.iterdir())
