"""Equalisers: filters given by a gain curve, of minimum phase so that nothing sounds before it is struck."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from gmn_core.audio.filters import convolved
from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.parallel import worked_ahead

N_TAPS = 2048  # 23 Hz apart: enough for a low cut at 40 Hz
_SIZE = 8 * N_TAPS
_FLOOR = -70.0  # dB, so that a closed filter still has a logarithm

Curve = tuple[tuple[float, float], ...]
"""Frequencies in Hz, rising, each with a gain in dB; interpolated linearly over log frequency."""


def equalised(samples: Samples, curve: Curve) -> Samples:
    """Return channels filtered by a gain curve.

    Parameters
    ----------
    samples : ndarray of float32, shape (..., n)
        At 48 kHz.
    curve : Curve
        The gains; the outermost ones also hold beyond its ends.
    """
    kernel = kernel_of(curve)
    if samples.ndim == 1:
        return convolved(samples, kernel)
    return np.stack(list(worked_ahead(lambda channel: convolved(channel, kernel), samples)))


@lru_cache(maxsize=64)
def kernel_of(curve: Curve) -> Samples:
    """Return the impulse response of a curve, shape (`N_TAPS`,).

    The phase follows from the cepstrum of the gains, folded onto positive
    time.

    References
    ----------
    Oppenheim and Schafer (2010), Discrete-Time Signal Processing, 3rd
    edition, chapter 13 (the complex cepstrum).
    """
    frequencies = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    corners, gains = np.array(curve).T
    decibels = np.interp(np.log(np.maximum(frequencies, 1.0)), np.log(corners), np.maximum(gains, _FLOOR))
    cepstrum = np.fft.irfft(decibels * (np.log(10) / 20))
    cepstrum[1 : _SIZE // 2] *= 2
    cepstrum[_SIZE // 2 + 1 :] = 0
    response = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)))[:N_TAPS]
    response[N_TAPS // 2 :] *= np.cos(np.linspace(0, np.pi / 2, N_TAPS // 2)) ** 2
    return response.astype(np.float32)


def joined(*curves: Sequence[tuple[float, float]]) -> Curve:
    """Return the sum of several curves as one, so that one pass applies them all."""
    corners = np.array(sorted({corner for curve in curves for corner, _ in curve}))
    total = np.zeros(len(corners))
    for curve in curves:
        corner_hz, gains = np.array(curve).T
        total += np.interp(np.log(corners), np.log(corner_hz), gains)
    return tuple((float(corner), float(gain)) for corner, gain in zip(corners, total, strict=True))


def low_cut(corner: float) -> Curve:
    """Return a curve that falls by 18 dB per octave below a corner in Hz."""
    return ((corner / 4, -36.0), (corner, -1.5), (corner * 1.4, 0.0))


def high_cut(corner: float, slope: float = 18.0) -> Curve:
    """Return a curve that falls by ``slope`` dB per octave above a corner in Hz."""
    return ((corner / 1.4, 0.0), (corner, -2.0), (corner * 2, -slope), (corner * 4, -2 * slope))
