"""The guitar amplifier: drive, and the loudspeaker's cabinet behind it."""

from __future__ import annotations

import numpy as np

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.dynamics import compressed
from gmn_core.generation.sound.equaliser import Curve, equalised

_OVERSAMPLING = 2

# The lows are thinned before the valves, or chords turn to mud; the cabinet keeps the overtones they add.
GUITAR_INPUT: Curve = (
    *((60.0, -24.0), (120.0, -10.0), (300.0, -3.0), (800.0, 2.0), (3000.0, 3.0)),
    *((7000.0, -12.0), (12000.0, -40.0)),
)
# Twelve-inch loudspeaker, closed cabinet: resonance at 110 Hz, presence at 2 to 3.5 kHz, little above 5 kHz.
CABINET: Curve = (
    *((15.0, -60.0), (50.0, -24.0), (80.0, -4.0), (110.0, 3.0), (180.0, 1.5), (400.0, -2.5), (900.0, -2.0)),
    *((1600.0, 1.0), (2600.0, 4.0), (3600.0, 2.5), (4600.0, -3.0), (5600.0, -14.0)),
    *((7500.0, -30.0), (12000.0, -48.0)),
)
# A bass keeps its lows and gains growl.
BASS_INPUT: Curve = ((40.0, 0.0), (1000.0, 0.0), (3000.0, -6.0), (8000.0, -30.0))
BASS_CABINET: Curve = (
    *((10.0, -50.0), (35.0, -12.0), (55.0, 0.0), (90.0, 2.0), (400.0, -1.0), (1200.0, 1.0)),
    *((2500.0, 0.0), (4500.0, -14.0), (9000.0, -40.0)),
)


def amplified(
    samples: Samples, drive: float, cabinet: Curve = CABINET, entry: Curve = GUITAR_INPUT
) -> Samples:
    """Return a part as played through an amplifier, about as loud as it was.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        One channel at 48 kHz.
    drive : float
        Gain before the valves above their onset, in dB: 6 growls, 18 rocks,
        36 sustains like metal.
    cabinet, entry : Curve
        What the loudspeaker and the input let through.
    """
    import soxr

    level = float(np.sqrt(np.mean(np.square(samples))))
    if level == 0:
        return samples
    tight = equalised(compressed(samples, 0.3 * max(drive, 0)), entry)
    tight *= np.float32(10 ** (drive / 20) / (6 * max(float(np.sqrt(np.mean(np.square(tight)))), 1e-9)))
    between = soxr.resample(tight, 1, _OVERSAMPLING, quality="MQ")
    bent = _valves(between)
    bent = soxr.resample(bent, _OVERSAMPLING, 1, quality="MQ")[: len(samples)]
    bent = np.pad(bent, (0, len(samples) - len(bent)))
    heard = equalised(bent, cabinet)
    heard *= np.float32(level / max(float(np.sqrt(np.mean(np.square(heard)))), 1e-9))
    return heard


def _valves(samples: Samples) -> Samples:
    """Bend a waveform, a little more on one side: symmetrical clipping would sound like square waves."""
    bias = np.float32(0.25)
    return np.asarray(np.tanh(samples + bias) - np.tanh(bias), np.float32)
