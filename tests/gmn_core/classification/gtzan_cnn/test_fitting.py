"""Training the network from random weights, on spectrograms that a network can tell apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.export import EXPORT_TOLERANCE, export_onnx
from gmn_core.classification.gtzan_cnn.fitting import CnnSettings, _Batches, train_network
from gmn_core.classification.gtzan_cnn.model import N_FRAMES, GenreCnn
from gmn_core.classification.onnx import OnnxNetwork

N_LONG = 400  # frames: room for a patch at any tempo
SETTINGS = CnnSettings(epochs=3, batch_size=10)


@pytest.fixture(scope="module")
def banded() -> tuple[np.ndarray, np.ndarray]:
    """Forty spectrograms of ten kinds, each with a loud band of its own."""
    labels = np.arange(40) % 10
    mels = np.random.default_rng(0).uniform(0, 0.3, (40, N_LONG, 128)).astype(np.float32)
    for mel, label in zip(mels, labels, strict=True):
        mel[:, label * 12 : label * 12 + 12] += 0.6
    return mels, labels


@pytest.fixture(scope="module")
def trained(banded: tuple[np.ndarray, np.ndarray]) -> object:
    mels, labels = banded
    epochs: list[None] = []
    groups = [str(place) for place in range(40)]
    settings = CnnSettings(epochs=12, batch_size=10, mixup=0.05, shift=1, label_smoothing=0.0, members=2)
    network = train_network(mels, labels, groups, settings, 0, lambda: epochs.append(None))
    assert len(epochs) == 24
    return network


def test_it_learns_what_is_there_to_learn(trained: object, banded: tuple[np.ndarray, np.ndarray]) -> None:
    mels, labels = banded
    shares = trained.predict(mels[:, :N_FRAMES], verbose=0)  # type: ignore[attr-defined]
    assert (shares.argmax(axis=1) == labels).mean() > 0.8


def test_the_exported_network_gives_the_same_numbers(
    trained: object, banded: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    patches = banded[0][:17, 5 : 5 + N_FRAMES]
    export_onnx(trained, tmp_path / "network.onnx", patches)  # type: ignore[arg-type]
    exported = OnnxNetwork(tmp_path / "network.onnx")(patches)[0]
    expected = trained.predict(patches, verbose=0)  # type: ignore[attr-defined]
    np.testing.assert_allclose(exported, expected, atol=EXPORT_TOLERANCE)
    model = GenreCnn(OnnxNetwork(tmp_path / "network.onnx"), temperature=1.0)
    assert model.classify_mel(banded[0][3]).genre.position == 3


def test_a_seed_gives_the_same_weights_again() -> None:
    mels = np.random.default_rng(1).uniform(0, 1, (10, N_LONG, 128)).astype(np.float32)
    settings = CnnSettings(epochs=1, batch_size=5, members=1)
    first, second = (train_network(mels, np.arange(10), list("abcdefghij"), settings, 3) for _ in range(2))
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_silence_does_not_break_the_training() -> None:
    mels = np.random.default_rng(1).uniform(0, 1, (10, N_LONG, 128)).astype(np.float32)
    mels[3] = 0
    settings = CnnSettings(epochs=1, batch_size=5, tilt=0, level=0, mixup=1e-9, members=1)
    network = train_network(mels, np.arange(10), list("abcdefghij"), settings, 0)
    assert all(np.isfinite(weights).all() for weights in network.get_weights())


def test_mixtures_keep_the_sum_of_targets() -> None:
    mels = np.random.default_rng(2).uniform(0.6, 1, (12, N_LONG, 128)).astype(np.float32)
    batches = _Batches(mels, np.arange(12) % 10, np.full(12, 1 / 12), SETTINGS, np.random.default_rng(0))
    drawn = list(batches.epoch())
    assert sum(len(patches) for patches, _ in drawn) == 12
    for patches, targets in drawn:
        assert patches.shape[1:] == (N_FRAMES, 128)
        assert targets.sum(axis=1) == pytest.approx(np.ones(len(targets)))
        assert (targets.max(axis=1) >= 0.5).all()


def test_excerpts_run_at_other_tempi_and_stay_inside_the_clip() -> None:
    # Each frame holds its own number, so that an excerpt tells where it was cut and how fast it runs.
    mels = np.repeat(np.arange(N_LONG, dtype=np.float32)[None, :, None], 128, axis=2)
    settings = CnnSettings(level=0, tilt=0, shift=0, stretch=0.2)
    batches = _Batches(mels, np.array([0]), np.ones(1), settings, np.random.default_rng(0))
    excerpts = batches._excerpts(np.zeros(200, dtype=np.intp))[:, :, 0]
    assert excerpts.min() >= 0
    assert excerpts.max() <= N_LONG - 1
    tempi = (excerpts[:, -1] - excerpts[:, 0]) / (N_FRAMES - 1)
    assert tempi.min() == pytest.approx(np.exp(-0.2), abs=0.03)
    assert tempi.max() == pytest.approx(np.exp(0.2), abs=0.03)


def test_chances_decide_who_is_drawn() -> None:
    mels = np.zeros((4, N_LONG, 128), dtype=np.float32)
    chances = np.array([1.0, 0.0, 0.0, 0.0])
    batches = _Batches(mels, np.array([7, 1, 2, 3]), chances, SETTINGS, np.random.default_rng(0))
    [(_, targets)] = list(batches.epoch())
    assert (targets.argmax(axis=1) == 7).all()
