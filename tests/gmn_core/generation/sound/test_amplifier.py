import numpy as np
import pytest

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.amplifier import BASS_CABINET, BASS_INPUT, amplified
from gmn_core.generation.sound.rate import SAMPLE_RATE


def plucked(frequency: float = 196.0) -> Samples:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    return (0.3 * np.exp(-3 * time) * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def overtones(samples: Samples, frequency: float = 196.0) -> float:
    """Decibels of what is above the fundamental, beside it."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    line = round(frequency)
    return float(10 * np.log10(power[2 * line - 20 :].sum() / power[line - 20 : line + 20].sum()))


def test_more_drive_more_overtones() -> None:
    heard = [overtones(amplified(plucked(), drive)) for drive in (3, 15, 30)]
    assert heard[0] < heard[1] < heard[2]
    assert heard[2] > overtones(plucked()) + 20


def test_drive_sustains() -> None:
    def sustain(samples: Samples) -> float:
        return float(np.std(samples[-SAMPLE_RATE // 4 :]) / np.std(samples[: SAMPLE_RATE // 4]))

    assert sustain(amplified(plucked(), 34)) > 3 * sustain(plucked())


def test_it_is_as_loud_as_before_without_dc_or_hiss() -> None:
    heard = amplified(plucked(), 30)
    assert len(heard) == SAMPLE_RATE
    assert np.std(heard) == pytest.approx(np.std(plucked()), rel=0.02)
    assert abs(heard.mean()) < 1e-3
    power = np.abs(np.fft.rfft(heard)) ** 2
    assert power[8000:].sum() < 1e-3 * power.sum()


def test_a_bass_keeps_its_lows() -> None:
    bass = amplified(plucked(55.0), 9, BASS_CABINET, BASS_INPUT)
    power = np.abs(np.fft.rfft(bass)) ** 2
    assert power[45:65].sum() > 0.3 * power.sum()


def test_silence_stays_silent() -> None:
    assert not amplified(np.zeros(1000, np.float32), 30).any()
