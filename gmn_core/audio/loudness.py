"""Loudness and true peak (ITU-R BS.1770-4), and setting audio to both.

Loudness is in LUFS, by pyloudnorm's filters; true peak in dBTP, the level of the
waveform between the samples relative to full scale, read from four-fold
oversampling as in Annex 2 of the recommendation.

References
----------
ITU-R BS.1770-4 (2015), "Algorithms to measure audio programme loudness and
true-peak audio level".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.audio.control_rate import at_samples
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples
from gmn_core.parallel import worked_ahead

Audio = TypeVar("Audio", Clip, Recording)
_Polynomial = npt.NDArray[np.float64]

OVERSAMPLING = 4
# The limiter works in steps: the gain is set once per LIMITER_STEP seconds and interpolated in
# between. It turns down over half of LIMITER_STEPS of them, and up again over as many: fewer
# distort the cycles of a bass note, more are heard as pumping.
LIMITER_STEP, LIMITER_STEPS = 0.001, 13
TOLERANCE = 0.02  # LU
BLOCK, STEP = 0.4, 0.25  # seconds of a gating block, and of its length from one to the next
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0  # LUFS, and LU below the loudness of what passes the first
RINGING = 0.7  # seconds after which nothing of the slowest weighting filter is left in single precision
MAX_ROUNDS = 8
LEAST_YIELD = 0.1  # LU per dB that a further round assumes
MAX_MAKE_UP = 12.0  # dB driven into the limiter to make up for what it takes; more would crush

LOUDNESS = -16.0
"""LUFS of what is generated."""


def integrated_loudness(audio: Clip | Recording) -> float:
    """Return the gated loudness in LUFS.

    Minus infinity for silence, and for audio shorter than one gating block
    of 400 ms, which has no loudness.
    """
    return _loudness(_channels(audio.samples), audio.sample_rate)


def _loudness(channels: Sequence[Samples], sample_rate: int) -> float:
    """Return the gated loudness of channels of equal weight.

    It is what pyloudnorm's meter gives, without the copies that the meter makes of the channels and on
    two processors.
    """
    size = BLOCK * sample_rate
    # As the meter counts them: a last block may end a little after the audio does.
    n_blocks = round((len(channels[0]) / sample_rate - BLOCK) / (BLOCK * STEP)) + 1
    if len(channels[0]) < size:
        return -math.inf
    edges = [(int(size * (n * STEP)), int(size * (n * STEP + 1))) for n in range(n_blocks)]

    def powers(channel: Samples) -> list[float]:
        weighted = _weighted(channel, sample_rate)
        return [(1 / size) * np.sum(np.square(weighted[first:end])) for first, end in edges]

    by_block = np.array(list(worked_ahead(powers, channels)), np.float64)
    levels = np.array([_lufs(block) for block in by_block.T])
    loud = levels >= ABSOLUTE_GATE
    if not loud.any():
        return -math.inf
    gate = _lufs([np.mean(own[loud]) for own in by_block]) + RELATIVE_GATE
    heard = (levels > gate) & (levels > ABSOLUTE_GATE)
    return _lufs([np.mean(own[heard]) for own in by_block])


def _lufs(powers: Iterable[float]) -> float:
    """Return the loudness of the powers of all channels."""
    power = sum(powers)
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf


def _weighted(channel: Samples, sample_rate: int) -> Samples:
    """Return a channel as the ear weights it.

    Long silence is left out. What rings on in it is zero in single precision, but in the filters' double
    precision it becomes numbers so small that processors take several times as long over them.
    """
    import scipy.signal

    weighted = np.zeros_like(channel)
    for part in _sounding(channel, round(RINGING * sample_rate)):
        heard = channel[part]
        for numerator, denominator in _weighting(sample_rate):
            heard = scipy.signal.lfilter(numerator, denominator, heard).astype(np.float32)
        weighted[part] = heard
    return weighted


@cache
def _weighting(sample_rate: int) -> list[tuple[_Polynomial, _Polynomial]]:
    """Return numerator and denominator of the two filters that weight.

    Of pyloudnorm's weightings, the one whose coefficients are the
    recommendation's own; the survey measures with the same.
    """
    import pyloudnorm

    meter = pyloudnorm.Meter(sample_rate, filter_class="DeMan")
    return [(stage.b, stage.a) for stage in meter._filters.values()]  # the meter gives no other way to them


def _sounding(channel: Samples, ringing: int) -> list[slice]:
    """Return the parts of a channel that are not zero, each with what may ring on after it, in samples."""
    n_blocks = -(-len(channel) // ringing)
    sounds = np.array([channel[n * ringing : (n + 1) * ringing].any() for n in range(n_blocks)])
    sounds[1:] |= sounds[:-1].copy()
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], sounds, [False]]).astype(int)))
    return [slice(first * ringing, end * ringing) for first, end in bounds.reshape(-1, 2).tolist()]


def true_peak(audio: Clip | Recording) -> float:
    """Return the true peak in dBTP, minus infinity for silence."""
    peak = float(np.max(_envelope(_channels(audio.samples)), initial=0.0))
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def normalised(audio: Audio, loudness: float = LOUDNESS, peak: float = -2.0) -> Audio:
    """Return the audio at the given loudness, limited where its true peak would be too high.

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
    channels = _channels(audio.samples)
    measured = _loudness(channels, audio.sample_rate)
    if not math.isfinite(measured):
        return audio
    envelope = _envelope(channels)
    step_length = round(LIMITER_STEP * audio.sample_rate)
    gain = step = loudness - measured
    most, yielded, made = gain + MAX_MAKE_UP, 1.0, channels
    for _ in range(MAX_ROUNDS):
        curve = _limiter_gain(envelope * _amplitude(gain), _amplitude(peak), step_length) * _amplitude(gain)
        made = [channel * curve for channel in channels]
        before, measured = measured, _loudness(made, audio.sample_rate)
        if abs(loudness - measured) <= TOLERANCE or gain >= most:
            break
        # The more is limited, the less a decibel of gain adds to the loudness.
        yielded = min(max((measured - before) / step, LEAST_YIELD), 1.0)
        step = min((loudness - measured) / yielded, most - gain)
        gain += step
    return replace(audio, samples=made[0] if audio.samples.ndim == 1 else np.stack(made, axis=1))


def _limiter_gain(envelope: Samples, ceiling: float, step: int) -> Samples:
    """Return a smooth gain per sample that holds ``envelope`` at or under ``ceiling``.

    The gain that each step of samples needs is held for as long as a window
    reaches, then averaged over the window: what is averaged at a peak, and
    at the steps beside it, is never above what the peak needs.
    """
    if envelope.max(initial=0.0) <= ceiling:
        return np.ones(len(envelope), dtype=np.float32)
    count = -(-len(envelope) // step)
    peaks = np.zeros(count * step, dtype=np.float32)
    peaks[: len(envelope)] = envelope
    needed = np.minimum(1.0, ceiling / np.maximum(peaks.reshape(count, step).max(axis=1), ceiling))
    # One step more on each side, since the line between two steps touches both.
    reach = LIMITER_STEPS // 2 + 1
    padded = np.pad(needed, reach + LIMITER_STEPS // 2, mode="edge")
    held = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(LIMITER_STEPS + 2)[1:-1]
    smooth = np.convolve(held, window / window.sum(), mode="valid")
    return at_samples(smooth, step, len(envelope))


def _envelope(channels: Sequence[Samples]) -> Samples:
    """Return the largest amplitude of any channel from each sample to the next, shape (n,)."""
    import soxr

    def of_channel(channel: Samples) -> Samples:
        between = np.zeros(OVERSAMPLING * len(channel), np.float32)
        found = soxr.resample(channel, 1, OVERSAMPLING, quality="HQ")[: len(between)]
        np.abs(found, out=between[: len(found)])
        largest = np.maximum(between[::2], between[1::2])
        largest = np.maximum(largest[::2], largest[1::2])
        return np.maximum(largest, np.abs(channel))

    return np.asarray(np.maximum.reduce(list(worked_ahead(of_channel, channels))))


def _channels(samples: Samples) -> list[Samples]:
    """Return each channel as a contiguous array."""
    return [np.ascontiguousarray(channel) for channel in (samples.T if samples.ndim == 2 else [samples])]


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
