"""The ``evaluate music-check`` command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gmn_core.classification.evaluation import music_check as music_check_evaluation
from gmn_core.cli import main
from tests.gmn_core.classification.synthetic import some_tracks, write_mels
from tests.gmn_core.cli.conftest import Refused


def test_rates_are_printed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(music_check_evaluation, "N_OF_A_KIND", 1)
    monkeypatch.setattr(music_check_evaluation, "VOICES", ())
    write_mels(tmp_path / "mel_24fps.npz", some_tracks("train", 1))
    words = ["evaluate", "music-check", "--data", str(tmp_path), "--out", str(tmp_path / "check")]
    assert main(words) == 0
    assert "white noise" in capsys.readouterr().out
    card = json.loads((tmp_path / "check" / "card.json").read_text())
    assert card["figures"]["false alarms on GTZAN"]["n"] == 10


def test_an_absent_folder_is_wrong_usage(refused: Refused) -> None:
    assert "no folder absent" in refused("evaluate", "music-check", "--data", "absent")


def test_setting_the_rule_needs_real_sounds(refused: Refused, tmp_path: Path) -> None:
    assert "--sounds" in refused("evaluate", "music-check", "--data", str(tmp_path), "--fit")
