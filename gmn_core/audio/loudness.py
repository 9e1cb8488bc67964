"""Loudness and true peak (ITU-R BS.1770-4), and setting audio to both.

Loudness is in LUFS; true peak in dBTP, the level of the waveform between the
samples relative to full scale, read from four-fold oversampling as Annex 2
of the recommendation has it.

References
----------
ITU-R BS.1770-4 (2015), "Algorithms to measure audio programme loudness and
true-peak audio level".
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeVar

import numpy as np

from gmn_core.audio.clip import Clip, Samples
from gmn_core.audio.recording import Recording

Audio = TypeVar("Audio", Clip, Recording)

OVERSAMPLING = 4
# How far ahead the limiter looks, in seconds: a shorter way down distorts the
# cycles of a bass note, a longer one is heard as pumping.
LOOK_AHEAD = 0.006
TOLERANCE = 0.02  # LU
MAX_ROUNDS = 8
LEAST_YIELD = 0.1  # LU per dB that a further round counts on
MAX_MAKE_UP = 12.0  # dB driven into the limiter to make up for what it takes; more would crush


def integrated_loudness(audio: Clip | Recording) -> float:
    """Return the gated loudness in LUFS.

    Minus infinity for silence, and for audio shorter than one gating block
    of 400 ms, which has no loudness.
    """
    import pyloudnorm

    meter = pyloudnorm.Meter(audio.sample_rate)
    if audio.seconds < meter.block_size or not np.any(audio.samples):
        return -math.inf
    return float(meter.integrated_loudness(audio.samples))


def true_peak(audio: Clip | Recording) -> float:
    """Return the true peak in dBTP, minus infinity for silence."""
    peak = float(np.max(_envelope(audio.samples), initial=0.0))
    return _decibels(peak)


def normalised(audio: Audio, loudness: float = -16.0, peak: float = -2.0) -> Audio:
    """Return the audio at a loudness, limited where its true peak would be too high.

    Parameters
    ----------
    audio : Clip or Recording
        Silence comes back as it is.
    loudness : float
        The loudness wanted, in LUFS. Audio of extreme dynamics, such as
        single clicks, may stay below it: the peak goes first.
    peak : float
        The highest true peak allowed, in dBTP. The default keeps a
        decibel for what lossy coding adds to a peak.

    Returns
    -------
    Clip or Recording
        Of the same length; within 0.02 LU of the loudness otherwise.
    """
    measured = integrated_loudness(audio)
    if not math.isfinite(measured):
        return audio
    envelope = _envelope(audio.samples)
    reach = round(LOOK_AHEAD * audio.sample_rate)
    gain = step = loudness - measured
    most, yielded, result = gain + MAX_MAKE_UP, 1.0, audio
    for _ in range(MAX_ROUNDS):
        curve = _limiter_gain(envelope * _amplitude(gain), _amplitude(peak), reach) * _amplitude(gain)
        result = replace(audio, samples=(audio.samples.T * curve).T)
        before, measured = measured, integrated_loudness(result)
        if abs(loudness - measured) <= TOLERANCE or gain >= most:
            break
        # The more is limited, the less of a decibel of gain comes out as loudness.
        yielded = min(max((measured - before) / step, LEAST_YIELD), 1.0)
        step = min((loudness - measured) / yielded, most - gain)
        gain += step
    return result


def _limiter_gain(envelope: Samples, ceiling: float, reach: int) -> Samples:
    """Return a smooth gain per sample that holds ``envelope`` at or under ``ceiling``.

    The gain that each peak needs is held ``reach`` samples around it, then
    smoothed by two moving averages that together reach no further: what is
    averaged at the peak is never above what the peak needs.
    """
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    needed = np.minimum(1.0, ceiling / np.maximum(envelope, np.float32(1e-9))).astype(np.float32)
    if needed.min(initial=1.0) == 1.0:
        return needed
    window = 2 * (reach // 2) + 1
    held = minimum_filter1d(needed, 2 * window + 1)
    smooth: Samples = uniform_filter1d(uniform_filter1d(held, window), window)
    return smooth


def _envelope(samples: Samples) -> Samples:
    """Return the largest amplitude of any channel from each sample to the next, shape (n,)."""
    import soxr

    envelope = np.zeros(len(samples), dtype=np.float32)
    for channel in samples.T if samples.ndim == 2 else samples[None]:
        between = soxr.resample(np.ascontiguousarray(channel), 1, OVERSAMPLING, quality="HQ")
        fine = np.zeros((len(channel), OVERSAMPLING), dtype=np.float32)
        fine.reshape(-1)[: len(between)] = np.abs(between[: fine.size])
        fine[:, 0] = np.maximum(fine[:, 0], np.abs(channel))
        np.maximum(envelope, fine.max(axis=1), out=envelope)
    return envelope


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _decibels(amplitude: float) -> float:
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf
