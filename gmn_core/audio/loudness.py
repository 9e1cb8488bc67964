"""Loudness and true peak (ITU-R BS.1770-4), and setting audio to both.

Loudness is in LUFS, by pyloudnorm; true peak in dBTP, the level of the
waveform between the samples relative to full scale, read from four-fold
oversampling as in Annex 2 of the recommendation.

References
----------
ITU-R BS.1770-4 (2015), "Algorithms to measure audio programme loudness and
true-peak audio level".
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.audio.control_rate import at_samples
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples
from gmn_core.parallel import worked_ahead

if TYPE_CHECKING:
    import pyloudnorm

Audio = TypeVar("Audio", Clip, Recording)

OVERSAMPLING = 4
# The limiter works in steps: the gain is set once per LIMITER_STEP seconds and interpolated in
# between. It turns down over half of LIMITER_STEPS of them, and up again over as many: fewer
# distort the cycles of a bass note, more are heard as pumping.
LIMITER_STEP, LIMITER_STEPS = 0.001, 13
TOLERANCE = 0.02  # LU
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
    import pyloudnorm

    # Of pyloudnorm's weightings, the one whose coefficients are the recommendation's own; the
    # survey measures with the same.
    meter = pyloudnorm.Meter(audio.sample_rate, filter_class="DeMan")
    if len(audio.samples) < meter.block_size * audio.sample_rate:
        return -math.inf
    weighted = list(worked_ahead(partial(_weighted, meter), _channels(audio.samples)))
    meter.filter_class = "custom"  # none: what is measured is weighted already
    return float(meter.integrated_loudness(np.stack(weighted, axis=1)))


def _weighted(meter: pyloudnorm.Meter, channel: Samples) -> Samples:
    """Return a channel as the ear weights it: what the meter would do to one channel after the other.

    Long silence is left out. What rings on in it is zero in single precision, but in the filters' double
    precision it becomes numbers so small that processors take several times as long over them.
    """
    weighted = np.zeros_like(channel)
    for part in _sounding(channel, round(RINGING * meter.rate)):
        heard = channel[part]
        for stage in meter._filters.values():  # the meter gives no other way to them
            heard = stage.apply_filter(heard).astype(np.float32)
        weighted[part] = heard
    return weighted


def _sounding(channel: Samples, ringing: int) -> list[slice]:
    """Return the parts of a channel that are not zero, each with what may ring on after it, in samples."""
    n_blocks = -(-len(channel) // ringing)
    sounds = np.array([channel[n * ringing : (n + 1) * ringing].any() for n in range(n_blocks)])
    sounds[1:] |= sounds[:-1].copy()
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], sounds, [False]]).astype(int)))
    return [slice(first * ringing, end * ringing) for first, end in bounds.reshape(-1, 2).tolist()]


def true_peak(audio: Clip | Recording) -> float:
    """Return the true peak in dBTP, minus infinity for silence."""
    peak = float(np.max(_envelope(audio.samples), initial=0.0))
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
    measured = integrated_loudness(audio)
    if not math.isfinite(measured):
        return audio
    envelope = _envelope(audio.samples)
    step_length = round(LIMITER_STEP * audio.sample_rate)
    gain = step = loudness - measured
    most, yielded, result = gain + MAX_MAKE_UP, 1.0, audio
    for _ in range(MAX_ROUNDS):
        curve = _limiter_gain(envelope * _amplitude(gain), _amplitude(peak), step_length) * _amplitude(gain)
        result = replace(audio, samples=(audio.samples.T * curve).T)
        before, measured = measured, integrated_loudness(result)
        if abs(loudness - measured) <= TOLERANCE or gain >= most:
            break
        # The more is limited, the less a decibel of gain adds to the loudness.
        yielded = min(max((measured - before) / step, LEAST_YIELD), 1.0)
        step = min((loudness - measured) / yielded, most - gain)
        gain += step
    return result


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


def _envelope(samples: Samples) -> Samples:
    """Return the largest amplitude of any channel from each sample to the next, shape (n,)."""
    import soxr

    def of_channel(channel: Samples) -> Samples:
        envelope: Samples = np.abs(channel)
        between = np.abs(soxr.resample(channel, 1, OVERSAMPLING, quality="HQ"))
        for phase in range(OVERSAMPLING):
            points = between[phase::OVERSAMPLING][: len(envelope)]
            np.maximum(envelope[: len(points)], points, out=envelope[: len(points)])
        return envelope

    envelopes = list(worked_ahead(of_channel, _channels(samples)))
    return np.asarray(np.maximum.reduce(envelopes))


def _channels(samples: Samples) -> list[Samples]:
    """Return each channel as a contiguous array."""
    return [np.ascontiguousarray(channel) for channel in (samples.T if samples.ndim == 2 else [samples])]


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
