"""The ``train tuning`` command."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from gmn_core.cli import main
from gmn_core.generation.playing.model import MODEL_FILES, NAME, TUNING_FILE, read_model
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.training import tuning as tuning_rounds
from gmn_core.genres import Genre
from gmn_core.models.training_run import run_model_dir
from tests.gmn_core.cli.conftest import Refused


def test_a_tuned_generator_plays_and_its_card_says_how_it_was_tuned(
    trained_generator: Path,
    midi_corpus: Path,
    corpus_cache: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tuning_rounds, "_SECONDS", 12.0)
    words = ["train", "tuning", "--midi", midi_corpus, "--cache", corpus_cache, "--samples", "1"]
    words += ["--model", trained_generator, "--run", tmp_path / "run"]
    assert main([str(word) for word in words]) == 0
    assert "critic: AUC" in capsys.readouterr().out
    folder = run_model_dir(tmp_path / "run", NAME)
    assert {path.name for path in folder.iterdir()} == {*MODEL_FILES, TUNING_FILE, "card.json"}
    card = json.loads((folder / "card.json").read_text())
    assert card["weights"][TUNING_FILE] == hashlib.sha256((folder / TUNING_FILE).read_bytes()).hexdigest()
    assert card["choices"]["tuning"]["samples"] == 1
    tuning = read_model(folder).tuning
    assert tuning.critic is not None
    assert tuning.contour.table.any()
    assert tuning.contour.habits is not None
    assert set(tuning.floors) >= {Genre.JAZZ, Genre.METAL}
    assert sample_band(GenerationRequest(Genre.METAL, 10), model=read_model(folder)).seconds > 9
    assert not read_model(trained_generator).tuning.contour.table.any()


def test_nothing_to_draw_is_refused(midi_corpus: Path, refused: Refused) -> None:
    assert "At least one" in refused("train", "tuning", "--midi", midi_corpus, "--samples", "0")
