"""The tempo of a log-mel spectrogram, as librosa has it; see `gmn_core.features.stft`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gmn_core.features.stft import framed, hann

Levels = npt.NDArray[np.float32]

_LOOK_BACK = 8.0  # seconds that beats are compared over
_USUAL, _FASTEST = 120.0, 320.0  # beats per minute


def onset_strength(decibels: Levels, lag_frames: int) -> Levels:
    """Return by how much the levels rise from frame to frame: the median of all bands.

    Parameters
    ----------
    decibels : ndarray of float32, shape (n_bands, n_frames)
        A log-mel spectrogram.
    lag_frames : int
        Frames by which a centred frame feels an onset too early.

    Returns
    -------
    ndarray of float32, shape (n_frames,)

    References
    ----------
    S. Böck, G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013.
    """
    rises = np.median(np.maximum(decibels[:, 1:] - decibels[:, :-1], 0), axis=0)
    return np.pad(rises, (1 + lag_frames, 0))[: decibels.shape[1]]


def tempo(onsets: Levels, frames_per_second: float) -> float:
    """Return the beats per minute at which onsets come back, 0 if there is none.

    Parameters
    ----------
    onsets : ndarray of float32, shape (n_frames,)
        From `onset_strength`.
    frames_per_second : float
        Of the onsets.

    References
    ----------
    P. Grosche, M. Müller, F. Kurth, "Cyclic tempogram: a mid-level tempo
    representation for music signals", ICASSP 2010. The preference for 120 beats
    per minute: D. Ellis, "Beat tracking by dynamic programming", 2007.
    """
    import scipy.fft

    if not onsets.any():
        return 0.0
    size = int(_LOOK_BACK * frames_per_second)
    padded = np.pad(onsets, size // 2, mode="linear_ramp")
    frames = framed(padded, size, 1)[: len(onsets)] * hann(size)
    padded_size = scipy.fft.next_fast_len(2 * size - 1, real=True)
    spectra = scipy.fft.rfft(frames, padded_size)
    correlated = scipy.fft.irfft(spectra.real**2 + spectra.imag**2, padded_size)[:, :size]
    peak = np.abs(correlated).max(axis=1, keepdims=True)
    strength = (correlated / np.where(peak < np.finfo(np.float64).tiny, 1, peak)).mean(axis=0)
    beats = 60 * frames_per_second / np.arange(1, size)
    liking = -0.5 * (np.log2(beats) - np.log2(_USUAL)) ** 2
    liking[beats >= _FASTEST] = -np.inf
    return float(beats[np.argmax(np.log1p(1e6 * strength[1:]) + liking)])
