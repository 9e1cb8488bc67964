import numpy as np
import pytest

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.dynamics import compressed, ducked, saturated
from gmn_core.generation.sound.rate import SAMPLE_RATE


def steps() -> Samples:
    """A tone of a second, loud in its second half."""
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    return (np.sin(2 * np.pi * 500 * time) * np.where(time < 0.5, 0.1, 0.8)).astype(np.float32)


def ratio(samples: Samples) -> float:
    """Decibels of the loud half, once settled, over the soft one."""
    return float(20 * np.log10(np.std(samples[-SAMPLE_RATE // 4 :]) / np.std(samples[10_000:20_000])))


def test_a_compressor_turns_down_what_is_over_the_threshold() -> None:
    before, after = ratio(steps()), ratio(compressed(steps(), 12, ratio=4))
    # 12 dB over the threshold come out as 3.
    assert before - after == pytest.approx(9, abs=0.7)
    np.testing.assert_allclose(compressed(steps(), 12)[:15_000], steps()[:15_000], atol=1e-4)


def test_both_channels_move_together() -> None:
    stereo = compressed(np.stack([steps(), 0.5 * steps()]), 10)
    np.testing.assert_allclose(stereo[1], 0.5 * stereo[0], atol=1e-6)


def test_nothing_is_done_where_nothing_is_asked_or_heard() -> None:
    silence = np.zeros(5000, np.float32)
    assert compressed(steps(), 0) is not None
    np.testing.assert_array_equal(compressed(steps(), 0), steps())
    np.testing.assert_array_equal(saturated(steps(), 0), steps())
    np.testing.assert_array_equal(ducked(steps(), [], 6), steps())
    assert not compressed(silence, 10).any()
    assert not saturated(silence, 10).any()


def test_ducking_falls_at_the_hit_and_recovers() -> None:
    gain = ducked(np.ones(SAMPLE_RATE, np.float32), [0.3], 6, release=0.1)
    assert gain[: round(0.29 * SAMPLE_RATE)].min() > 0.99
    assert gain.min() == pytest.approx(10 ** (-6 / 20), abs=0.02)
    assert gain[-1] > 0.99


def test_saturation_rounds_peaks_and_adds_overtones_but_little_loudness() -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 200 * time).astype(np.float32) * (1 + 4 * (time > 0.9)).astype(np.float32)
    bent = saturated(tone, 12)
    assert np.abs(bent).max() < 0.8 * np.abs(tone).max()
    spectrum = np.abs(np.fft.rfft(bent))
    assert spectrum[600] > 3 * np.abs(np.fft.rfft(tone))[600]
    assert spectrum[400] > 3 * np.abs(np.fft.rfft(tone))[400]
