"""Log-mel spectrograms."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.features.spectrogram import STANDARD, MelForm, log_mel, mel_frequencies


def test_a_tone_lights_its_own_band() -> None:
    tone = np.sin(2 * np.pi * 1_000 * np.arange(22_050) / 22_050).astype(np.float32)
    spectrogram = log_mel(Clip(tone, 22_050))
    assert spectrogram.shape == (128, 44)
    assert spectrogram.max() == 0
    assert spectrogram.min() >= -80
    loudest = mel_frequencies()[spectrogram.mean(axis=1).argmax()]
    assert loudest == pytest.approx(1_000, rel=0.05)


def test_the_form_decides_shape_and_rate() -> None:
    form = MelForm(sample_rate=16_000, n_fft=512, hop_length=256, n_mels=96)
    clip = Clip(np.random.default_rng(0).uniform(-1, 1, 44_100).astype(np.float32), 44_100)
    assert log_mel(clip, form).shape == (96, 63)
    assert form.frames_per_second == 62.5
    assert mel_frequencies(form)[-1] == pytest.approx(8_000)
    assert STANDARD.frames_per_second == pytest.approx(43.07, abs=0.01)
