"""The tempo, against librosa's."""

import librosa
import numpy as np
import pytest

from gmn_core.features.tempo import onset_strength, tempo

FRAMES = 22_050 / 512


def levels(beats_per_minute: float, seconds: float = 12) -> np.ndarray:
    """A log-mel spectrogram that rises at each beat."""
    frames = np.arange(round(seconds * FRAMES)) / FRAMES
    since = frames % (60 / beats_per_minute)
    noise = np.random.default_rng(0).normal(0, 1, (128, len(frames)))
    return (-60 + 50 * np.exp(-since / 0.1) + noise).astype(np.float32)


@pytest.mark.parametrize("beats_per_minute", [70, 96, 120, 174])
def test_onsets_and_tempo_are_librosas(beats_per_minute: float) -> None:
    decibels = levels(beats_per_minute)
    onsets = onset_strength(decibels, 2)
    expected = librosa.onset.onset_strength(S=decibels, sr=22_050, aggregate=np.median)
    np.testing.assert_allclose(onsets, expected, rtol=1e-6)
    found = tempo(onsets, FRAMES)
    assert found == pytest.approx(float(librosa.feature.tempo(onset_envelope=expected, sr=22_050)[0]))
    assert found == pytest.approx(beats_per_minute, rel=0.04)


def test_without_onsets_there_is_no_tempo() -> None:
    assert tempo(np.zeros(500, np.float32), FRAMES) == 0


def test_a_short_clip_has_a_tempo_too() -> None:
    onsets = onset_strength(levels(120, seconds=3), 2)
    assert tempo(onsets, FRAMES) == float(librosa.feature.tempo(onset_envelope=onsets, sr=22_050)[0])
