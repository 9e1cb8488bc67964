"""The drum machine: kick, snare, clap, hats and toms made of sines and noise, in the manner of the TR-808.

References
----------
Werner, Abel and Smith (2014), "A physically-informed, circuit-bendable, digital model of the
Roland TR-808 bass drum circuit", DAFx: a decaying sine whose pitch falls after the strike.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from gmn_core.audio.filters import convolved
from gmn_core.audio.sound import Samples
from gmn_core.generation.music.drumkit import VOICES, voice_of
from gmn_core.generation.sound.equaliser import high_cut, joined, kernel_of, low_cut
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.rate import SAMPLE_RATE

_VOICE_NAMES = tuple(VOICES)
# The six square waves of the machine's metal, in Hz.
_METAL = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)


def machine_drums(notes: Notes, seconds: float) -> Samples:
    """Return drum hits as the machine plays them.

    Parameters
    ----------
    notes : Notes
        Hits; pitches are General MIDI drum sounds.
    seconds : float
        Length.

    Returns
    -------
    ndarray of float32, shape (2, n)
    """
    length = round(seconds * SAMPLE_RATE)
    mix = np.zeros((2, length), np.float32)
    for voice, onset, velocity in zip(voice_of(notes.pitches), notes.onsets, notes.velocities, strict=True):
        if voice < 0:
            continue
        name = _VOICE_NAMES[voice]
        sound, pan = _SOUNDS[name]
        start = round(onset * SAMPLE_RATE)
        if not 0 <= start < length:
            continue
        struck = sound()[: length - start] * np.float32((velocity / 100) ** 1.4)
        mix[0, start : start + len(struck)] += struck * np.float32(1 - max(pan, 0))
        mix[1, start : start + len(struck)] += struck * np.float32(1 + min(pan, 0))
    return mix


def _time(seconds: float) -> Samples:
    return np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / np.float32(SAMPLE_RATE)


def _noise(seconds: float, low: float, high: float, seed: int) -> Samples:
    white = np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE)).astype(np.float32)
    return convolved(white, kernel_of(joined(low_cut(low), high_cut(high))))


@lru_cache
def _kick() -> Samples:
    time = _time(0.7)
    pitch = 50 + 110 * np.exp(-time / 0.018) + 40 * np.exp(-time / 0.07)
    boom = np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE) * np.exp(-time / 0.2)
    click = _noise(0.7, 1500, 6000, 1) * np.exp(-time / 0.003)
    return np.asarray(0.95 * np.tanh(1.6 * boom) + 0.25 * click, np.float32)


@lru_cache
def _snare() -> Samples:
    time = _time(0.35)
    body = np.sin(2 * np.pi * 185 * time) + 0.6 * np.sin(2 * np.pi * 332 * time)
    rattle = _noise(0.35, 900, 9000, 2)
    return np.asarray(0.5 * body * np.exp(-time / 0.07) + 0.45 * rattle * np.exp(-time / 0.09), np.float32)


@lru_cache
def _clap() -> Samples:
    time = _time(0.4)
    hands = sum(np.where(time >= late, np.exp(-(time - late) / 0.007), 0) for late in (0, 0.011, 0.023))
    tail = np.where(time >= 0.03, np.exp(-(time - 0.03) / 0.07), 0)
    return np.asarray(0.8 * _noise(0.4, 700, 4500, 3) * (hands + 0.6 * tail), np.float32)


def _hat(decay: float) -> Samples:
    time = _time(4 * decay)
    metal = sum(np.sign(np.sin(2 * np.pi * 1.9 * partial * time)) for partial in _METAL) / len(_METAL)
    bright = convolved(np.asarray(metal, np.float32), kernel_of(joined(low_cut(7000), high_cut(13000, 12))))
    hiss = _noise(4 * decay, 6500, 12000, 4)
    return np.asarray((0.5 * bright + 0.35 * hiss) * np.exp(-time / decay), np.float32)


@lru_cache
def _closed_hat() -> Samples:
    return _hat(0.035)


@lru_cache
def _open_hat() -> Samples:
    return _hat(0.18)


@lru_cache
def _cymbal() -> Samples:
    return _hat(0.5)


@lru_cache
def _tom(frequency: float) -> Samples:
    time = _time(0.5)
    pitch = frequency * (1 + 0.5 * np.exp(-time / 0.04))
    return np.asarray(
        0.8 * np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE) * np.exp(-time / 0.13), np.float32
    )


@lru_cache
def _shaker() -> Samples:
    time = _time(0.12)
    swell = np.minimum(time / 0.02, 1) * np.exp(-np.maximum(time - 0.02, 0) / 0.025)
    return np.asarray(0.25 * _noise(0.12, 4000, 10000, 5) * swell, np.float32)


_SOUNDS: dict[str, tuple[Callable[[], Samples], float]] = {
    "kick": (_kick, 0.0),
    "snare": (_snare, 0.0),
    "rim or clap": (_clap, 0.0),
    "closed hi-hat": (_closed_hat, 0.25),
    "pedal hi-hat": (_closed_hat, 0.25),
    "open hi-hat": (_open_hat, 0.25),
    "ride": (_open_hat, -0.3),
    "crash": (_cymbal, -0.2),
    "low tom": (lambda: _tom(90.0), 0.35),
    "high tom": (lambda: _tom(150.0), -0.35),
    "shaken": (_shaker, -0.4),
    "hand drum": (lambda: _tom(220.0), 0.4),
}
