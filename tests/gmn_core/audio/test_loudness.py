import math

import numpy as np
import pyloudnorm
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.loudness import integrated_loudness, normalised, true_peak
from gmn_core.audio.recording import Recording

RATE = 48_000


def sine(frequency: float, amplitude: float, seconds: float = 3.0, phase: float = 0.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * frequency * time + phase)).astype(np.float32)


def drum_like(seconds: float = 6.0) -> Recording:
    """Noise bursts four times a second: short peaks 19 dB above their loudness."""
    rng = np.random.default_rng(3)
    time = np.arange(round(seconds * RATE)) / RATE
    burst = np.exp(-(time % 0.25) / 0.03)
    return Recording((0.05 * burst[:, None] * rng.standard_normal((len(time), 2))).astype(np.float32), RATE)


def test_the_recommendations_own_calibration_tone_reads_as_it_says() -> None:
    """BS.1770-4: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LKFS."""
    assert integrated_loudness(Clip(sine(997, 1.0), RATE)) == pytest.approx(-3.01, abs=0.01)


def test_two_equal_channels_are_three_decibels_louder_than_one() -> None:
    tone = sine(997, 0.1)
    stereo = Recording(np.stack([tone, tone], axis=1), RATE)
    assert integrated_loudness(stereo) == pytest.approx(
        integrated_loudness(Clip(tone, RATE)) + 3.01, abs=0.01
    )


def test_true_peak_finds_the_crest_between_the_samples() -> None:
    """A quarter-rate sine sampled at 45 degrees never shows its crest, 3.01 dB above the samples."""
    clip = Clip(sine(RATE / 4, 0.5, phase=np.pi / 4), RATE)
    assert 20 * math.log10(float(np.abs(clip.samples).max())) == pytest.approx(-9.03, abs=0.01)
    # The ends of the cut sine ring a little.
    assert true_peak(clip) == pytest.approx(-6.02, abs=0.4)
    assert true_peak(clip) > -6.05


def test_silence_and_the_shortest_audio_have_no_loudness() -> None:
    silence = Clip(np.zeros(RATE, dtype=np.float32), RATE)
    assert integrated_loudness(silence) == true_peak(silence) == -math.inf
    assert normalised(silence) is silence
    assert integrated_loudness(Clip(sine(440, 0.5, seconds=0.2), RATE)) == -math.inf
    assert true_peak(Clip(np.zeros(0, dtype=np.float32), RATE)) == -math.inf


@pytest.mark.parametrize("amplitude", [0.001, 0.05, 1.0])
@pytest.mark.parametrize("target", [-16.0, -23.0])
def test_normalising_hits_the_loudness(amplitude: float, target: float) -> None:
    clip = normalised(Clip(sine(330, amplitude), RATE), loudness=target)
    assert integrated_loudness(clip) == pytest.approx(target, abs=0.03)
    assert len(clip.samples) == 3 * RATE


def test_without_peaks_too_high_normalising_is_one_gain() -> None:
    tone = sine(330, 0.02)
    ratio = normalised(Clip(tone, RATE), loudness=-23).samples[1:1000] / tone[1:1000]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)


def test_the_limiter_holds_peaks_and_still_reaches_the_loudness() -> None:
    recording = drum_like()
    unlimited_peak = true_peak(recording) - 16 - integrated_loudness(recording)
    assert unlimited_peak > 0  # one gain alone would clip
    limited = normalised(recording)
    assert integrated_loudness(limited) == pytest.approx(-16, abs=0.03)
    assert true_peak(limited) <= -1.99
    assert limited.samples.shape == recording.samples.shape


def test_the_limiter_leaves_what_lies_between_the_peaks_alone() -> None:
    """Its gain is back at full before the next burst: a quarter second is long beside its 12 ms."""
    recording = drum_like()
    limited = normalised(recording)
    quiet = slice(round(0.1 * RATE), round(0.2 * RATE))
    ratio = limited.samples[quiet] / recording.samples[quiet]
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-3)


def test_where_peaks_forbid_the_loudness_the_peak_goes_first() -> None:
    samples = np.zeros((3 * RATE, 2), dtype=np.float32)
    samples[:: RATE // 2] = 0.5
    clicks = normalised(Recording(samples, RATE))
    assert true_peak(clicks) <= -1.99
    assert integrated_loudness(clicks) < -20


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
def test_quiet_parts_are_gated(rate: int) -> None:
    """EBU Tech 3341, case 3, shortened: a stereo tone at -23 dBFS between parts at -36 reads -23 LUFS."""
    levels = np.repeat([-36.0, -23.0, -36.0], [4 * rate, 12 * rate, 4 * rate])
    tone = np.sin(2 * np.pi * 1000 * np.arange(len(levels)) / rate) * 10 ** (levels / 20)
    recording = Recording(np.stack([tone, tone], axis=1).astype(np.float32), rate)
    assert integrated_loudness(recording) == pytest.approx(-23, abs=0.1)


def test_what_is_skipped_as_silence_changes_no_loudness() -> None:
    """Notes after rests of many lengths, the last one rung out, against the meter itself."""
    rate = 48_000
    samples = np.zeros((40 * rate, 2), np.float32)
    for start, seconds in ((0.3, 0.2), (2.0, 1.5), (4.21, 0.1), (12.0, 3.0), (22.5, 0.05)):
        part = samples[round(start * rate) : round((start + seconds) * rate)]
        part[:] = np.random.default_rng(1).normal(0, 0.1, part.shape)
    expected = pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(samples)
    assert integrated_loudness(Recording(samples, rate)) == expected


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_loudness_is_that_of_pyloudnorms_meter(rate: int, channels: int) -> None:
    rng = np.random.default_rng(rate)
    for seconds in (0.4, 1.337, 7.0):
        envelope = np.repeat(rng.uniform(0, 0.3, 10), round(seconds * rate / 10) + 1)[
            : round(seconds * rate), None
        ]
        samples = (envelope * rng.standard_normal((len(envelope), channels))).astype(np.float32)
        expected = pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(samples)
        audio = Clip(samples[:, 0], rate) if channels == 1 else Recording(samples, rate)
        assert integrated_loudness(audio) == pytest.approx(expected, abs=1e-9)
