import numpy as np
import pytest

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.drum_machine import machine_drums
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.rate import SAMPLE_RATE


def hit(sound: int, velocity: int = 100, seconds: float = 1.0, onset: float = 0.0) -> Samples:
    notes = Notes(np.array([onset]), np.array([0.1]), np.array([sound]), np.array([velocity]))
    return machine_drums(notes, seconds)


def centre(samples: Samples) -> float:
    """Spectral centroid in Hz."""
    power = np.abs(np.fft.rfft(samples.mean(axis=0))) ** 2
    return float((power * np.arange(len(power))).sum() / power.sum() * SAMPLE_RATE / samples.shape[1])


def test_each_voice_has_its_register() -> None:
    kick, tom, snare, clap, hat = (centre(hit(sound)) for sound in (36, 41, 38, 39, 42))
    assert kick < 90 < tom < 250 < snare < clap < hat
    assert hat > 6000


def test_an_open_hat_rings_longer_than_a_closed_one() -> None:
    closed, opened = (np.abs(hit(sound)[:, SAMPLE_RATE // 5 : SAMPLE_RATE // 3]).max() for sound in (42, 46))
    assert opened > 20 * closed


def test_velocity_and_time_are_kept() -> None:
    soft, loud = (np.abs(hit(38, velocity)).max() for velocity in (50, 100))
    assert soft == pytest.approx(loud * 0.5**1.4, rel=0.01)
    late = hit(38, onset=0.5)
    assert not late[:, : SAMPLE_RATE // 2].any()
    assert np.abs(late).max() > 0.3


def test_no_hit_clips_or_leaves_dc_and_unknown_sounds_are_silent() -> None:
    for sound in (36, 38, 39, 42, 44, 46, 49, 51, 41, 50, 70, 64):
        struck = hit(sound)
        assert 0.05 < np.abs(struck).max() <= 1.3
    assert not hit(27).any()
    assert hit(36, onset=5.0).shape == (2, SAMPLE_RATE)
