"""The sub-bass: sines under the bass, as dance music and reggae have them."""

from __future__ import annotations

import numpy as np

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.rate import SAMPLE_RATE

_DECAY = 0.9  # seconds
_EDGE = 0.012  # seconds


def sub_bass(notes: Notes, seconds: float) -> Samples:
    """Return notes as decaying sines, a little bent so that small loudspeakers hint at them.

    Parameters
    ----------
    notes : Notes
        One at a time.
    seconds : float
        Length.

    Returns
    -------
    ndarray of float32, shape (n,)
    """
    result = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    edge = round(_EDGE * SAMPLE_RATE)
    for onset, duration, pitch, velocity in zip(
        notes.onsets, notes.durations, notes.pitches, notes.velocities, strict=True
    ):
        part = result[round(max(onset, 0) * SAMPLE_RATE) :][: round(duration * SAMPLE_RATE)]
        if len(part) < 2 * edge:
            continue
        time = np.arange(len(part)) / SAMPLE_RATE
        level = np.exp(-time / _DECAY) * (velocity / 127)
        level[:edge] *= np.linspace(0, 1, edge)
        level[-edge:] *= np.linspace(1, 0, edge)
        frequency = 440 * 2 ** ((pitch - 69) / 12)
        part += np.tanh(1.5 * level * np.sin(2 * np.pi * frequency * time)).astype(np.float32)
    return result
