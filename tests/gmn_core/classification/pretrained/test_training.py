"""From a network and data to the head, the k-NN and their cards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.classification.descriptor_knn.model import NearestNeighbours
from gmn_core.classification.export import EXPORT_TOLERANCE
from gmn_core.classification.gtzan_cnn.fitting import CnnSettings
from gmn_core.classification.pretrained import training as pretrained_cards
from gmn_core.classification.pretrained.model import BLEND_FILE, HEAD_FILE, KNN_FILE, Blend, GenreHead, Tagger
from gmn_core.classification.pretrained.musicnn import build_trunk
from gmn_core.classification.pretrained.trunk import MusicnnTrunk
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.models.training_run import finished_models
from tests.gmn_core.classification.synthetic import some_tracks, write_mels, write_taggrams


def test_the_converted_network_is_the_keras_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trunk = build_trunk("MSD_musicnn")  # random weights: no checkpoint is needed to convert
    rng = np.random.default_rng(0)
    trunk.set_weights([each + rng.uniform(0, 0.1, each.shape) for each in trunk.get_weights()])
    monkeypatch.setattr(pretrained_cards, "load_trunk", lambda name, checkpoints: trunk)
    network = pretrained_cards.convert(tmp_path, tmp_path / "out" / "network.onnx")
    assert isinstance(network, MusicnnTrunk)
    patches = np.random.default_rng(1).uniform(0, 3, (2, 187, 96)).astype(np.float32)
    expected = trunk.predict(patches, verbose=0)[0]
    np.testing.assert_allclose(network(patches)[0], expected, atol=EXPORT_TOLERANCE)


def test_parity_is_measured_on_clips_that_have_audio_and_tags(tmp_path: Path) -> None:
    tracks = some_tracks("train", 1)[:2]
    write_taggrams(tmp_path / "musicnn_msd_taggrams_train.npz", tracks)
    (tmp_path / "audio").mkdir()
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, 8 * 16_000)
    soundfile.write(tmp_path / "audio" / f"{tracks[0].name}.wav", noise, 16_000)
    corpus = StoredCorpus(tmp_path)

    def repeats(patches: np.ndarray) -> list[np.ndarray]:
        return [corpus.taggrams[tracks[0].name][: len(patches)] + np.float32(0.01)]

    parity = pretrained_cards.parity_with_published(corpus, Tagger(repeats))
    assert parity == {"n_clips": 1, "mean": pytest.approx(0.01), "largest": pytest.approx(0.01)}


def test_training_writes_what_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "gtzan"
    data.mkdir()
    tracks = some_tracks("train", 8) + some_tracks("valid", 4)
    write_taggrams(data / "musicnn_msd_taggrams_train.npz", tracks)
    write_mels(data / "mel_24fps.npz", tracks)

    def convert(checkpoints: Path, path: Path) -> object:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"a network")
        return lambda patches: pytest.fail("all clips have tags")

    monkeypatch.setattr(pretrained_cards, "convert", convert)
    monkeypatch.setattr(pretrained_cards, "HEAD_CANDIDATES", pretrained_cards.HEAD_CANDIDATES[:2])
    monkeypatch.setattr(pretrained_cards, "CANDIDATES", pretrained_cards.CANDIDATES[:2])
    monkeypatch.setattr(pretrained_cards, "N_BLEND_FOLDS", 2)
    quick = CnnSettings(epochs=1, members=1)
    (tmp_path / "MSD_musicnn").mkdir()
    (tmp_path / "MSD_musicnn" / ".index").touch()
    head, knn = pretrained_cards.train(data, tmp_path, tmp_path / "run", quick)
    assert [path.name for path in finished_models(tmp_path / "run")] == ["cnn_pretrained", "knn_pretrained"]
    assert "ISC" in (tmp_path / "run" / "models" / "cnn_pretrained" / "NOTICE").read_text()
    GenreHead.load(tmp_path / "run" / "models" / "cnn_pretrained" / HEAD_FILE)
    blend = Blend.load(tmp_path / "run" / "models" / "cnn_pretrained" / BLEND_FILE)
    assert {name: head.choices[name] for name in vars(blend)} == vars(blend)
    [(name, figures), (_, alone), (_, parity)] = head.figures.items()
    assert "artist-grouped" in name
    assert figures["accuracy"]["n"] == alone["accuracy"]["n"] == 120
    assert parity == {"n_clips": 0}
    neighbours = NearestNeighbours.load(tmp_path / "run" / "models" / "knn_pretrained" / KNN_FILE)
    assert len(neighbours.references) == 120
    assert len(knn.choices["candidates"]) == 2
