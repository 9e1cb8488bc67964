"""The short-time Fourier transform and its inverse, as librosa has them.

librosa itself, with what it imports, takes more than a second to load in a fresh process. Tests
check that the two agree.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Signal = npt.NDArray[np.float32]
Spectra = npt.NDArray[np.complex64]

_BLOCK = 256  # frames, whose spectra stay in a processor's cache


def hann(length: int) -> npt.NDArray[np.float64]:
    """Return a periodic Hann window."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length))


def framed(samples: Signal, length: int, hop: int) -> Signal:
    """Return a view of overlapping frames, shape (n_frames, length)."""
    frames: Signal = np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]
    return frames


def stft(samples: Signal, n_fft: int, hop: int) -> Spectra:
    """Return the spectrum of each frame through a Hann window.

    Parameters
    ----------
    samples : ndarray of float32, shape (n_samples,)
        More than half a frame; mirrored at its ends, so that frames are centred
        on multiples of the hop.
    n_fft, hop : int
        Length of a frame, and from the start of one to the start of the next.

    Returns
    -------
    ndarray of complex64, shape (n_frames, n_fft // 2 + 1)
    """
    import scipy.fft

    window = hann(n_fft)
    frames = framed(np.pad(samples, n_fft // 2, mode="reflect"), n_fft, hop)
    spectra = np.empty((len(frames), n_fft // 2 + 1), np.complex64)
    for first in range(0, len(frames), _BLOCK):
        block = slice(first, first + _BLOCK)
        spectra[block] = scipy.fft.rfft(frames[block] * window)
    return spectra


def istft(spectra: Spectra, hop: int) -> Signal:
    """Return the signal of spectra that `stft` made and that may have been changed (Griffin and Lim 1984).

    Parameters
    ----------
    spectra : ndarray of complex64, shape (n_frames, n_fft // 2 + 1)
        From one frame to the next by a hop that divides the frame.
    hop : int
        That hop.

    Returns
    -------
    ndarray of float32, shape (hop * (n_frames - 1),)
        It ends with the last whole hop.
    """
    import scipy.fft

    n_frames, n_fft = len(spectra), 2 * (spectra.shape[1] - 1)
    window = hann(n_fft)
    weights = np.square(window).reshape(-1, hop)
    n_hops = len(weights)  # in a frame
    sums = np.zeros((n_frames + n_hops - 1, hop), np.float32)
    overlap = np.zeros_like(sums)
    for first in range(0, n_frames, _BLOCK):
        frames = scipy.fft.irfft(spectra[first : first + _BLOCK], n_fft)
        frames *= window.astype(np.float32)
        parts = frames.reshape(len(frames), n_hops, hop)
        for place in range(n_hops):
            sums[first + place : first + place + len(parts)] += parts[:, place]
    for place in range(n_hops):
        overlap[place : place + n_frames] += weights[place].astype(np.float32)
    inside = slice(n_fft // 2, n_fft // 2 + hop * (n_frames - 1))
    signal, divisor = sums.ravel()[inside], overlap.ravel()[inside]
    return np.asarray(signal / np.where(divisor > np.finfo(np.float32).tiny, divisor, 1))
