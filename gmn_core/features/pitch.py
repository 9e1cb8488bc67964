"""Tuning and chroma of power spectra, as librosa has them; see `gmn_core.features.stft`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Powers = npt.NDArray[np.float32]

_LOWEST, _HIGHEST = 150.0, 4000.0  # Hz, between which pitches are looked for
_THRESHOLD = 0.1  # of a spectrum's peak
_TUNING_STEPS = 101  # from a quarter tone below to a quarter tone above
_OCTAVE, _OCTAVES = 5.0, 2.0  # where chroma is read, and how far on either side
A440 = 440.0


def estimated_tuning(power: Powers, hertz_per_bin: float) -> float:
    """Return the deviation from A at 440 Hz in parts of a semitone.

    Parameters
    ----------
    power : ndarray of float32, shape (n_frames, n_bins)
        Power spectra.
    hertz_per_bin : float
        From one bin to the next.

    Returns
    -------
    float
        -0.5 to 0.5; 0 where nothing has a pitch.
    """
    hertz = np.arange(power.shape[1]) * hertz_per_bin
    first, end = np.searchsorted(hertz, (_LOWEST, _HIGHEST))
    # A bin more on each side.
    searched = power[:, first - 1 : end + 1]
    loud = searched * (searched > _THRESHOLD * power.max(axis=1, keepdims=True))
    peaks = (loud[:, 1:-1] > loud[:, :-2]) & (loud[:, 1:-1] >= loud[:, 2:])
    frames, bins = np.nonzero(peaks)
    if not len(frames):
        return 0.0
    below, peak, above = (searched[frames, bins + step] for step in range(3))
    slope, bend = (above - below) / 2, above + below - 2 * peak
    curved = np.abs(slope) < np.abs(bend)
    shift = np.where(curved, -slope / np.where(curved, bend, 1), 0).astype(np.float32)
    pitches = ((first + bins + shift) * hertz_per_bin).astype(np.float32)
    heights = peak + 0.5 * slope * shift
    clear = pitches[heights >= np.median(heights)]
    away = np.mod(12 * np.log2(clear / (A440 / 16)), 1.0)
    away[away >= 0.5] -= 1.0
    counts, edges = np.histogram(away, np.linspace(-0.5, 0.5, _TUNING_STEPS))
    return float(edges[np.argmax(counts)])


def chroma(power: Powers, sample_rate: int, tuning: float) -> Powers:
    """Return the share of each pitch class relative to the strongest, shape (12, n_frames).

    Parameters
    ----------
    power : ndarray of float32, shape (n_frames, n_bins)
        Power spectra up to half the sample rate.
    sample_rate : int
        In Hz.
    tuning : float
        From `estimated_tuning`.
    """
    found = chroma_filters(power.shape[1], sample_rate, tuning) @ power.T
    peak = found.max(axis=0)
    return np.asarray(found / np.where(peak < np.finfo(np.float32).tiny, 1, peak))


def chroma_filters(n_bins: int, sample_rate: int, tuning: float) -> Powers:
    """Return how much each bin of a spectrum has of each pitch class from C, shape (12, n_bins).

    References
    ----------
    D. Ellis, "Chroma feature analysis and synthesis", 2007.
    """
    n_fft = 2 * (n_bins - 1)
    hertz = np.arange(1, n_fft) * sample_rate / n_fft
    semitones = 12 * np.log2(hertz / (A440 * 2 ** (tuning / 12) / 16))
    # What has no frequency lies one and a half octaves below the first bin.
    semitones = np.concatenate([[semitones[0] - 18], semitones])
    widths = np.append(np.maximum(np.diff(semitones), 1.0), 1.0)
    distance = np.remainder(semitones - np.arange(12)[:, None] + 126, 12) - 6
    bumps = np.exp(-0.5 * (2 * distance / widths) ** 2)
    bumps /= np.sqrt(np.sum(bumps**2, axis=0))
    bumps *= np.exp(-0.5 * ((semitones / 12 - _OCTAVE) / _OCTAVES) ** 2)
    return np.ascontiguousarray(np.roll(bumps, -3, axis=0)[:, :n_bins], np.float32)
