"""The clip and its operations."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.audio.clip import Clip


def ramp(n: int, rate: int = 100) -> Clip:
    return Clip(np.linspace(-1, 1, n, dtype=np.float32), rate)


def test_a_clip_does_not_change_and_does_not_freeze_its_source() -> None:
    source = np.zeros(10, dtype=np.float32)
    clip = Clip(source, 10)
    source[0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        clip.samples[0] = 1


def test_it_is_mono_float32_at_a_positive_rate() -> None:
    assert Clip(np.zeros(3), 10).samples.dtype == np.float32
    with pytest.raises(ValueError, match="mono"):
        Clip(np.zeros((3, 2), dtype=np.float32), 10)
    with pytest.raises(ValueError, match="positive"):
        Clip(np.zeros(3, dtype=np.float32), 0)


def test_duration_and_excerpt() -> None:
    clip = ramp(1_000)
    assert clip.seconds == 10
    excerpt = clip.excerpt(2.0, 3.0)
    np.testing.assert_array_equal(excerpt.samples, clip.samples[200:500])
    assert clip.excerpt(9.0, 3.0).seconds == 1.0


def test_resampling_keeps_pitch_and_length() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100).astype(np.float32)
    clip = Clip(tone, 44_100)
    assert clip.resampled(44_100) is clip
    half = clip.resampled(22_050)
    assert half.seconds == pytest.approx(1.0)
    expected = np.sin(2 * np.pi * 440 * np.arange(22_050) / 22_050)
    np.testing.assert_allclose(half.samples[500:-500], expected[500:-500], atol=1e-3)
