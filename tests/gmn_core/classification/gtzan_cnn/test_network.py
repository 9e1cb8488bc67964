"""What the network is told about sound, against the same computed by SciPy and numpy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.fft import dct

from gmn_core.classification.gtzan_cnn.model import N_FRAMES, N_MELS
from gmn_core.classification.gtzan_cnn.network import (
    N_CEPSTRA,
    _covariances,
    _rhythm,
    build_network,
    cosine_transform,
    joined,
    rhythm_transform,
)
from gmn_core.features.spectrogram import THINNED_FRAMES_PER_SECOND


def test_cepstra_are_the_orthonormal_cosine_transform() -> None:
    frame = np.random.default_rng(0).normal(size=N_MELS)
    expected = dct(frame, norm="ortho")[:N_CEPSTRA]
    np.testing.assert_allclose(frame @ cosine_transform(), expected, atol=1e-5)


def test_rhythm_finds_the_rate_at_which_a_level_changes_wherever_it_begins() -> None:
    cosines, sines, bands = rhythm_transform()
    assert bands.sum(axis=0) == pytest.approx(np.ones(bands.shape[1])), "each band is a mean"
    time = np.arange(N_FRAMES) / THINNED_FRAMES_PER_SECOND
    rates = np.arange(len(bands)) * THINNED_FRAMES_PER_SECOND / N_FRAMES
    for rate in (0.5, 2.0, 8.0):
        found = []
        for phase in (0, 1, 2):
            wave = np.sin(2 * np.pi * rate * time + phase)
            magnitudes = np.hypot(wave @ cosines, wave @ sines)
            assert rates[magnitudes.argmax()] == pytest.approx(rate, abs=0.1)
            found.append(magnitudes @ bands)
        np.testing.assert_allclose(found[0], found[1], atol=0.3)
        np.testing.assert_allclose(found[0], found[2], atol=0.3)


def test_rhythm_heeds_no_constant_level() -> None:
    series = np.random.default_rng(0).normal(size=(2, N_FRAMES, 16)).astype(np.float32)
    rhythm = np.asarray(_rhythm(series))
    assert rhythm.shape == (2, 16 * rhythm_transform()[2].shape[1])
    np.testing.assert_allclose(np.asarray(_rhythm(series + 3)), rhythm, atol=1e-3)


def test_covariances_are_signed_roots_of_each_pair() -> None:
    series = np.random.default_rng(0).normal(size=(1, N_FRAMES, N_CEPSTRA)).astype(np.float32)
    series -= series.mean(axis=1, keepdims=True)
    [found] = np.asarray(_covariances(series))
    expected = np.cov(series[0].T, bias=True)[np.triu_indices(N_CEPSTRA)]
    np.testing.assert_allclose(np.sign(found) * found**2, expected, atol=2e-4)


def test_the_joined_network_is_the_geometric_mean_and_stays_small() -> None:
    patches = np.random.default_rng(0).uniform(0, 1, (3, N_FRAMES, N_MELS)).astype(np.float32)
    import keras

    keras.utils.set_random_seed(0)
    members = [build_network(), build_network()]
    assert members[0].count_params() < 600_000
    first, second = (member.predict(patches, verbose=0) for member in members)
    # What keeps the logarithm of a share of nought finite counts where a share is tiny.
    expected = np.sqrt((first + 1e-7) * (second + 1e-7))
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(joined(members).predict(patches, verbose=0), expected, atol=1e-5)
