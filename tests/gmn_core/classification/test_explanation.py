"""Occlusion: what a network listens to is found by silencing it."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.explanation import explain
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.pretrained.model import GenreHead, PretrainedCnn, Tagger
from gmn_core.genres import Genre

RATE = 22_050


def two_tones() -> Clip:
    """500 Hz throughout, 4 kHz in the second half only."""
    time = np.arange(12 * RATE) / RATE
    wave = 0.3 * np.sin(2 * np.pi * 500 * time) + 0.3 * np.sin(2 * np.pi * 4_000 * time) * (time > 6)
    return Clip(wave.astype(np.float32), RATE)


def listens_high(patches: np.ndarray) -> list[np.ndarray]:
    """A network that hears metal in whatever is loud above 2.5 kHz (bands 80 and up of 128)."""
    loud = patches[:, :, 80:110].max(axis=2).mean(axis=1)
    shares = np.full((len(patches), 10), 0.05)
    shares[:, Genre.METAL.position] = 0.05 + loud
    return [(shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)]


def test_the_cells_that_the_network_hears_stand_out() -> None:
    found = explain(GenreCnn(listens_high, temperature=1.0), two_tones(), Genre.METAL)
    assert found.genre is Genre.METAL
    assert found.influence.shape == (len(found.band_edges) - 1, len(found.moment_edges) - 1)
    band, moment = np.unravel_index(found.influence.argmax(), found.influence.shape)
    assert found.band_edges[band] <= 4_000 <= found.band_edges[band + 1]
    assert found.moment_edges[moment] > 5
    assert found.influence[:6].max() == pytest.approx(0, abs=1e-6), "it does not listen to the bass"


def test_what_is_left_after_whole_patches_is_explained_too() -> None:
    clip = two_tones()
    longer = Clip(np.concatenate([clip.samples, clip.samples[: 4 * RATE]]), RATE)
    found = explain(GenreCnn(listens_high, temperature=1.0), longer, Genre.METAL)
    assert found.influence.shape[1] == len(found.moment_edges) - 1
    assert 14.5 < found.moment_edges[-1] <= 16
    high = found.influence[11]
    after = found.moment_edges[:-1] > 12
    assert high[~after].max() > 0.01
    assert high[after] == pytest.approx(0, abs=1e-3), "only 500 Hz sounds there"


def test_edges_are_seconds_and_hertz() -> None:
    found = explain(GenreCnn(listens_high, temperature=1.0), two_tones(), Genre.METAL)
    assert (np.diff(found.moment_edges) > 0).all()
    assert (np.diff(found.band_edges) > 0).all()
    assert found.band_edges[-1] == pytest.approx(RATE / 2)
    assert 10 < found.moment_edges[-1] <= 12


def test_the_pretrained_network_is_explained_on_its_own_spectrogram() -> None:
    def tags(patches: np.ndarray) -> list[np.ndarray]:
        assert patches.shape[1:] == (187, 96)
        heard = np.zeros((len(patches), 50), dtype=np.float32)
        heard[:, 11] = np.clip(patches[:, :, 60:].mean(axis=(1, 2)) / 4, 0, 1)
        return [heard]

    weights = np.zeros((50, 10))
    weights[11, Genre.METAL.position] = 5.0
    head = GenreHead(np.zeros(50), np.ones(50), weights, np.zeros(10))
    found = explain(PretrainedCnn(Tagger(tags), head), two_tones(), Genre.METAL)
    band = int(found.influence.max(axis=1).argmax())
    assert found.band_edges[band + 1] > 2_500
    assert found.band_edges[-1] == pytest.approx(8_000)
