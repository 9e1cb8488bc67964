"""From data to a network, its temperature and its card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gmn_core.classification.gtzan_cnn.fitting import CnnSettings
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.gtzan_cnn.training import train
from gmn_core.models.card import file_sha256
from gmn_core.models.training_run import TrainingRunError, run_model_dir
from tests.gmn_core.classification.synthetic import some_tracks, write_mels


def test_what_is_trained_can_be_loaded_and_its_card_tells_how_it_was_made(tmp_path: Path) -> None:
    data = tmp_path / "gtzan"
    data.mkdir()
    write_mels(data / "mel_24fps.npz", some_tracks("train", 2) + some_tracks("valid", 1))
    epochs: list[None] = []
    settings = CnnSettings(epochs=1, batch_size=10, members=1)
    card = train(data, tmp_path / "cnn", settings, lambda: epochs.append(None))
    assert len(epochs) == 2, "one training to calibrate, one to ship"
    assert card.data == {"mel_24fps.npz": file_sha256(data / "mel_24fps.npz")}
    assert card.figures["valid, trained on train alone"]["accuracy"]["n"] == 10
    folder = run_model_dir(tmp_path / "cnn", GenreCnn.name)
    assert json.loads((folder / "card.json").read_text())["choices"]["epochs"] == 1
    model = GenreCnn.load(folder)
    assert model.temperature == card.choices["temperature"]


def test_data_to_calibrate_on_is_needed(tmp_path: Path) -> None:
    write_mels(tmp_path / "mel_24fps.npz", some_tracks("train", 1))
    with pytest.raises(TrainingRunError, match="both train and valid"):
        train(tmp_path, tmp_path / "run", CnnSettings(epochs=1))
    assert not (tmp_path / "run").exists()
