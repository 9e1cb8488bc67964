"""The ``evaluate classifiers`` command, on folders that hold only tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from gmn_core.cli import main
from gmn_core.models.card import read_card
from tests.gmn_core.classification.synthetic import (
    some_tracks,
    write_descriptors,
    write_mels,
    write_taggrams,
)
from tests.gmn_core.cli.conftest import Refused


def evaluate(*words: str | Path) -> int:
    return main(["evaluate", "classifiers", *map(str, words)])


def test_a_folder_of_the_test_split_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracks = some_tracks("test", 3)
    write_taggrams(tmp_path / "musicnn_msd_taggrams_test.npz", tracks)
    write_descriptors(tmp_path / "features_30_sec.csv", tracks)
    write_mels(tmp_path / "mel_24fps.npz", tracks[:-2])
    out, shares = tmp_path / "report.json", tmp_path / "shares.csv"
    assert evaluate("--data", tmp_path, "--split", "test", "--json", out, "--shares", shares) == 0
    printed = capsys.readouterr().out
    assert "cnn_pretrained     30 of 30 clips" in printed
    assert "cnn                28 of 30 clips" in printed
    assert printed.count("McNemar") == 6
    report = json.loads(out.read_text())
    models = report["protocols"]["test"]["models"]
    assert list(models) == ["knn_descriptors", "cnn", "knn_pretrained", "cnn_pretrained"]
    assert models["cnn"]["read_from"] == {"stored": 28}
    assert report["models_sha256"]["cnn/network.onnx"] == read_card("cnn").weights["network.onnx"]
    assert sum(map(sum, models["cnn"]["confusion"])) == 28
    assert set(report["data"]) == {
        "mel_24fps.npz",
        "features_30_sec.csv",
        "musicnn_msd_taggrams_test.npz",
    }
    rows = list(csv.DictReader(shares.read_text().splitlines()))
    assert len(rows) == 30 + 28 + 30 + 30
    assert sum(float(rows[0][genre]) for genre in ("blues", "rock", "pop")) <= 1


def test_models_that_lack_their_form_are_counted_not_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_taggrams(tmp_path / "musicnn_msd_taggrams_test.npz", some_tracks("test", 1))
    assert evaluate("--data", tmp_path, "--split", "test", "--json", tmp_path / "r.json") == 0
    assert "cnn                 0 of 10 clips\n" in capsys.readouterr().out
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["protocols"]["test"]["models"]["cnn"]["n_clips"] == 0


def test_cv_shows_both_kinds_of_folds(tmp_path: Path) -> None:
    write_taggrams(tmp_path / "musicnn_msd_taggrams_x.npz", some_tracks("train", 6))
    words = ("--split", "cv", "--folds", "2", "--model", "knn_pretrained", "cnn_pretrained")
    assert evaluate("--data", tmp_path, *words, "--json", tmp_path / "r.json") == 0
    report = json.loads((tmp_path / "r.json").read_text())
    assert list(report["protocols"]) == ["artist", "random"]
    assert report["n_folds"] == 2
    for protocol in report["protocols"].values():
        assert protocol["models"]["cnn_pretrained"]["n_clips"] == 60
        assert protocol["models"]["cnn_pretrained"]["temperature"] > 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "absent", "--split", "test"), "no folder absent"),
        (("--data", ".", "--split", "test"), "holds no clip"),
        (("--data", ".", "--split", "cv", "--folds", "1"), "at least 2 folds"),
    ],
)
def test_wrong_usage_is_reported(refused: Refused, words: tuple[str, ...], message: str) -> None:
    assert message in refused("evaluate", "classifiers", *words)
