"""Rooms: the reverberation of a hall or of springs that tracks are sent to."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from gmn_core.audio.filters import filtered, high_pass, low_pass
from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.rate import SAMPLE_RATE

PRE_DELAY = 0.018  # seconds
ROOM_EDGES = (220.0, 7000.0)  # Hz
ROOM_BAND = (250.0, 4000.0)  # Hz, where its gain is set
TREBLE_DECAY = 0.45  # of the room's time, above TREBLE_FROM
TREBLE_FROM = 2500.0  # Hz

SPRING_DELAY = 0.041  # seconds from one end to the other and back
SPRING_TOP = 4200.0  # Hz, above which a spring carries nothing
SPRING_EDGES = (180.0, 4000.0)  # Hz


@lru_cache(maxsize=4)
def room_response(room: float) -> Samples:
    """Return a room's impulse response, shape (2, n), of unit gain on average over `ROOM_BAND`.

    Two channels of noise, independent so that the room is wide, whose
    treble decays faster than the rest, as in real rooms.

    Parameters
    ----------
    room : float
        Reverberation time (to fall by 60 dB), in seconds.

    References
    ----------
    Moorer (1979), "About this reverberation business", Computer Music Journal
    3 (2): exponentially decaying noise as the tail of a room.
    """
    length = round(room * SAMPLE_RATE)
    noise = np.random.default_rng(1979).standard_normal((2, length)).astype(np.float32)
    time = np.arange(length, dtype=np.float32) / SAMPLE_RATE
    decay = np.float32(math.log(1000))  # 60 dB
    dark = np.stack([filtered(channel, SAMPLE_RATE, low_pass(SAMPLE_RATE, TREBLE_FROM)) for channel in noise])
    decayed = dark * np.exp(-decay * time / room)
    decayed += (noise - dark) * np.exp(-decay * time / (TREBLE_DECAY * room))
    return np.pad(_levelled(decayed, ROOM_EDGES), ((0, 0), (round(PRE_DELAY * SAMPLE_RATE), 0)))


@lru_cache(maxsize=4)
def spring_response(room: float) -> Samples:
    """Return a spring tank's impulse response, shape (2, n), of unit gain on average over `ROOM_BAND`.

    A wave in a spring is dispersed: each echo is a chirp whose highs arrive
    late, the later the nearer they are to the spring's cut-off. Two springs
    of different lengths stand for left and right.

    References
    ----------
    Parker and Bilbao (2009), "Spring reverberation: a physical perspective", DAFx.
    """
    length = round(room * SAMPLE_RATE)
    size = 2 * length
    frequencies = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    carried = np.clip(1 - (frequencies / SPRING_TOP) ** 2, 1e-3, 1)
    responses = []
    for stretch in (1.0, 1.13):
        # The group delay of one round grows towards the cut-off; its integral is the phase.
        delay = SPRING_DELAY * stretch / np.sqrt(carried)
        phase = np.cumsum(2 * np.pi * np.minimum(delay, 0.3)) * (frequencies[1])
        round_trip = (
            0.1 ** (3 * SPRING_DELAY * stretch / room) * np.exp(-1j * phase) * (frequencies < SPRING_TOP)
        )
        spectrum = round_trip / (1 + 0.98 * round_trip)
        response = np.fft.irfft(spectrum, size)[:length]
        responses.append(response * np.linspace(1, 0, length) ** 0.5)
    return _levelled(np.array(responses, np.float32), SPRING_EDGES)


def _levelled(response: Samples, edges: tuple[float, float]) -> Samples:
    """Limit a response to a band, and scale it to unit gain."""
    sections = (high_pass(SAMPLE_RATE, edges[0]), low_pass(SAMPLE_RATE, edges[1]))
    cut = np.stack([filtered(channel, SAMPLE_RATE, *sections) for channel in response])
    first, last = (round(edge * cut.shape[1] / SAMPLE_RATE) for edge in ROOM_BAND)
    power = np.abs(np.fft.rfft(cut)[:, first:last]) ** 2
    return np.asarray(cut / np.sqrt(power.mean(axis=1, keepdims=True)), np.float32)
