"""Linear filters: second-order sections, and convolution by blocks.

numpy alone does it, by transforms that fit the processor's cache; the
recursions of scipy.signal would be no faster.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gmn_core.audio.sound import Samples

# Numerator and denominator of a transfer function: coefficients of 1, 1/z and 1/z².
Coefficients = tuple[float, float, float]
Section = tuple[Coefficients, Coefficients]

BLOCK = 1 << 15
# What rings longer than this is below -100 dB for every corner in use (30 Hz and above).
RINGING = 0.1  # seconds


def low_pass(sample_rate: int, corner: float) -> Section:
    """Return a Butterworth filter of second order (12 dB per octave) that takes 3 dB at ``corner`` Hz."""
    warped = math.tan(math.pi * corner / sample_rate)
    scale = 1 + math.sqrt(2) * warped + warped**2
    gain = warped**2 / scale
    return (gain, 2 * gain, gain), _butterworth_denominator(warped)


def high_pass(sample_rate: int, corner: float) -> Section:
    """Return a Butterworth filter of second order (12 dB per octave) that takes 3 dB at ``corner`` Hz."""
    warped = math.tan(math.pi * corner / sample_rate)
    gain = 1 / (1 + math.sqrt(2) * warped + warped**2)
    return (gain, -2 * gain, gain), _butterworth_denominator(warped)


def filtered(samples: Samples, sample_rate: int, *sections: Section) -> Samples:
    """Return one channel through sections in series.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    sample_rate : int
        In Hz.
    *sections : Section
        With corners of 30 Hz or more.

    Returns
    -------
    ndarray of float32, shape (n,)
    """
    return convolved(samples, _impulse_response(sections, round(RINGING * sample_rate)))


def convolved(samples: Samples, kernels: Samples) -> Samples:
    """Return one channel convolved with one or several kernels, without what follows its end.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    kernels : ndarray of float32, shape (..., n_taps)

    Returns
    -------
    ndarray of float32, shape (..., n)
    """
    past = kernels.shape[-1] - 1
    size = max(BLOCK, 1 << (4 * past).bit_length())
    hop = size - past
    response = np.fft.rfft(kernels, size)
    result = np.empty((*kernels.shape[:-1], len(samples)), dtype=np.float32)
    padded = np.concatenate([np.zeros(past, dtype=np.float32), samples])
    for start in range(0, len(samples), hop):
        block = np.fft.irfft(np.fft.rfft(padded[start : start + size], size) * response, size)
        part = result[..., start : start + hop]
        part[...] = block[..., past : past + part.shape[-1]]
    return result


@lru_cache(maxsize=16)
def _impulse_response(sections: tuple[Section, ...], length: int) -> Samples:
    size = 4 * length
    response: npt.NDArray[np.complex128] = np.ones(size // 2 + 1, dtype=np.complex128)
    for numerator, denominator in sections:
        response *= np.fft.rfft(numerator, size) / np.fft.rfft(denominator, size)
    return np.fft.irfft(response, size)[:length].astype(np.float32)


def _butterworth_denominator(warped: float) -> Coefficients:
    scale = 1 + math.sqrt(2) * warped + warped**2
    return 1.0, 2 * (warped**2 - 1) / scale, (1 - math.sqrt(2) * warped + warped**2) / scale
