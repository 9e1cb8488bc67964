"""Tuning and chroma, against librosa's."""

import librosa
import numpy as np
import pytest

from gmn_core.features.pitch import chroma, chroma_filters, estimated_tuning
from gmn_core.features.stft import stft

RATE = 22_050


def chord(cents: float) -> np.ndarray:
    t = np.arange(2 * RATE) / RATE
    tones = [np.sin(2 * np.pi * f * 2 ** (cents / 1200) * t) for f in (220, 277.18, 329.63, 880)]
    return (np.sum(tones, axis=0) / 5 + 0.01 * np.random.default_rng(0).standard_normal(len(t))).astype(
        np.float32
    )


@pytest.mark.parametrize("cents", [-30, 0, 10, 45])
def test_the_tuning_is_librosas(cents: float) -> None:
    power = np.abs(stft(chord(cents), 2048, 512)) ** 2
    found = estimated_tuning(power, RATE / 2048)
    assert found == pytest.approx(librosa.estimate_tuning(S=power.T, sr=RATE))
    assert found == pytest.approx(cents / 100, abs=0.06)


def test_without_a_pitch_the_tuning_is_that_of_the_tuning_fork() -> None:
    assert estimated_tuning(np.zeros((4, 1025), np.float32), RATE / 2048) == 0


@pytest.mark.parametrize("tuning", [-0.5, 0.0, 0.21])
def test_the_filters_are_librosas(tuning: float) -> None:
    expected = librosa.filters.chroma(sr=RATE, n_fft=2048, tuning=tuning)
    np.testing.assert_allclose(chroma_filters(1025, RATE, tuning), expected, atol=1e-7)


def test_the_chroma_is_librosas_and_names_the_chord() -> None:
    power = np.abs(stft(chord(0), 2048, 512)) ** 2
    found = chroma(power, RATE, 0.0)
    np.testing.assert_allclose(found, librosa.feature.chroma_stft(S=power.T, sr=RATE, tuning=0.0), rtol=1e-5)
    assert set(np.argsort(found.mean(axis=1))[-3:]) == {9, 1, 4}  # A, C sharp, E
    assert not chroma(np.zeros((2, 1025), np.float32), RATE, 0.0).any()
