"""Dynamics: compressors, ducking and saturation.

Gains are computed at a control rate of 500 Hz and interpolated linearly: a compressor's gain moves no
faster, and half a minute takes 15,000 steps instead of 1.4 million.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gmn_core.audio.control_rate import at_samples
from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.rate import SAMPLE_RATE

STEP = 96  # samples: 2 ms

_SILENCE = 1e-7


def compressed(
    samples: Samples, amount: float, ratio: float = 4.0, attack: float = 0.01, release: float = 0.15
) -> Samples:
    """Return channels with their loud moments turned down, all by the same gain.

    Parameters
    ----------
    samples : ndarray of float32, shape (..., n)
    amount : float
        How far the threshold lies under the level of loud moments (the
        95th percentile), in dB, so that a part is compressed alike at any level.
    ratio : float
        Decibels in for each decibel out, above the threshold.
    attack, release : float
        Times in which the gain falls and recovers, in seconds.
    """
    if amount <= 0:
        return samples
    level = _levels(samples)
    sounding = level[level > level.max(initial=-140.0) - 60]
    if not len(sounding):
        return samples
    over = np.maximum(level - (np.percentile(sounding, 95) - amount), 0)
    return samples * _amplitudes(_followed(-over * (1 - 1 / ratio), attack, release), samples.shape[-1])


def ducked(samples: Samples, hits: Sequence[float], depth: float, release: float = 0.18) -> Samples:
    """Return channels ducked at hits: the pumping of a side-chain.

    Parameters
    ----------
    samples : ndarray of float32, shape (..., n)
    hits : sequence of float
        When the kick drum strikes, in seconds.
    depth : float
        How far the gain falls, in dB.
    release : float
        Time constant of its recovery, in seconds.
    """
    if depth <= 0 or not len(hits):
        return samples
    target = np.zeros(-(-samples.shape[-1] // STEP))
    recovery = -depth * np.exp(
        -np.arange(round(5 * release * SAMPLE_RATE / STEP)) * STEP / SAMPLE_RATE / release
    )
    for hit in hits:
        place = round(hit * SAMPLE_RATE / STEP)
        part = target[place : place + len(recovery)]
        np.minimum(part, recovery[: len(part)], out=part)
    return samples * _amplitudes(target, samples.shape[-1])


def saturated(samples: Samples, amount: float) -> Samples:
    """Return channels saturated as by tape and valves: peaks are rounded, odd and even overtones added.

    Parameters
    ----------
    samples : ndarray of float32, shape (..., n)
    amount : float
        How far loud moments (16 dB above the mean level) are driven
        above the onset of saturation, in dB.
    """
    mean = float(np.sqrt(np.mean(np.square(samples, dtype=np.float32))))
    if amount <= 0 or mean < _SILENCE:
        return samples
    knee = np.float32(mean * 10 ** ((16 - amount) / 20))
    bias = np.float32(0.12)
    bent = np.tanh(samples / knee + bias)
    bent -= np.tanh(bias)
    bent *= knee / (1 - np.tanh(bias) ** 2)
    return np.asarray(bent, np.float32)


def _levels(samples: Samples) -> npt.NDArray[np.float64]:
    """Return the level of each step in dB, over all channels, read over 10 ms."""
    power = np.square(samples, dtype=np.float32)
    if power.ndim == 2:
        power = power.mean(axis=0)
    count = -(-len(power) // STEP)
    power = np.pad(power, (0, count * STEP - len(power))).reshape(count, STEP).mean(axis=1)
    smooth = np.convolve(power, np.full(5, 0.2), mode="same")
    return np.asarray(10 * np.log10(smooth + _SILENCE**2), np.float64)


def _followed(target: npt.NDArray[np.float64], attack: float, release: float) -> npt.NDArray[np.float64]:
    """Return a gain in dB that follows a target, fast downwards and slowly upwards."""
    down, up = (math.exp(-STEP / SAMPLE_RATE / time) for time in (attack, release))
    gain, followed = 0.0, []
    for wanted in target.tolist():
        keep = down if wanted < gain else up
        gain = wanted + (gain - wanted) * keep
        followed.append(gain)
    return np.array(followed)


def _amplitudes(decibels: npt.NDArray[np.float64], length: int) -> Samples:
    return at_samples(10 ** (decibels / 20), STEP, length)
