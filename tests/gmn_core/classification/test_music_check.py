"""What does not look like music is told."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.evaluation.music_check import coloured_noise
from gmn_core.classification.music_check import doubts, movement

RATE = 22_050
TIME = np.arange(10 * RATE) / RATE


def clip(samples: np.ndarray) -> Clip:
    return Clip(samples.astype(np.float32), RATE)


def bursts() -> np.ndarray:
    """Syllables: bursts of a buzzing voice whose pitch and colour change, with pauses between."""
    rng = np.random.default_rng(3)
    wave = np.zeros(len(TIME))
    for start in np.arange(0, 10, 0.25):
        n = int(RATE * rng.uniform(0.06, 0.16))
        first = int(start * RATE)
        buzz = np.sign(np.sin(2 * np.pi * rng.uniform(90, 220) * TIME[:n])) + rng.normal(0, 0.5, n)
        wave[first : first + n] = buzz * np.hanning(n) * 0.3
    return wave


def melody() -> np.ndarray:
    """A plucked tune over a held bass and a soft beat."""
    rng = np.random.default_rng(5)
    wave = 0.1 * np.sin(2 * np.pi * 110 * TIME)
    for start in np.arange(0, 10, 0.3):
        left = TIME[int(start * RATE) :] - start
        pitch = 220 * 2 ** (rng.integers(0, 12) / 12)
        note = sum(np.sin(2 * np.pi * pitch * k * left) / k for k in range(1, 6)) * np.exp(-4 * left)
        wave[len(TIME) - len(left) :] += 0.1 * note + 0.05 * rng.normal(size=len(left)) * np.exp(-60 * left)
    return wave


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_noise_of_any_colour_is_steady(exponent: float) -> None:
    assert "steady" in (doubts(clip(0.1 * coloured_noise(np.random.default_rng(0), exponent))) or "")


def test_a_tone_is_steady() -> None:
    assert "steady" in (doubts(clip(0.3 * np.sin(2 * np.pi * 440 * TIME))) or "")


def test_bursts_with_pauses_sound_like_speech() -> None:
    assert "speech" in (doubts(clip(bursts())) or "")


def test_what_is_hardly_audible_is_reported_before_anything_else() -> None:
    assert "audible" in (doubts(clip(melody() * 1e-3)) or "")


def test_a_tune_is_music_at_any_audible_level() -> None:
    assert doubts(clip(melody())) is None
    assert doubts(clip(melody() * 0.05)) is None


def test_of_a_long_clip_the_middle_counts() -> None:
    quiet_ends = np.concatenate([np.zeros(20 * RATE), melody(), melody(), melody(), np.zeros(20 * RATE)])
    assert doubts(clip(quiet_ends)) is None


def test_movement_measures_what_it_says() -> None:
    frames = np.full((100, 128), 0.9, dtype=np.float32)
    frames[::10] = 0.0  # every tenth frame is 72 dB down
    found = movement(frames)
    assert found.pauses == pytest.approx(0.1)
    assert found.variation == pytest.approx(72 * np.sqrt(0.1 * 0.9), rel=1e-3)
    assert found.flux == pytest.approx(72 * 19 / 99, rel=1e-3)
    assert found.swing == pytest.approx(72 * np.sqrt(0.1 * 0.9), rel=1e-3)
    assert found.soft == pytest.approx(0.1)
    assert found.wander == pytest.approx(0, abs=1e-3)
    assert movement(np.zeros((1, 128), dtype=np.float32)).flux == 0


def test_the_pace_of_syllables_is_told_from_slower_movement() -> None:
    frames = np.arange(241)
    paces = {}
    for hertz in (1.0, 4.0):
        level = 0.7 + 0.2 * np.sin(2 * np.pi * hertz * frames / 24.1)
        paces[hertz] = movement(np.repeat(level[:, None], 128, axis=1).astype(np.float32)).syllables
    assert paces[4.0] > 0.9
    assert paces[1.0] < 0.2
