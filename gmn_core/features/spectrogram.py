"""Log-mel spectrograms: the form that is shown, and the forms that the networks read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.features.blas import one_blas_thread


@dataclass(frozen=True)
class MelForm:
    """How a log-mel spectrogram is computed.

    Parameters
    ----------
    sample_rate : int
        In Hz; clips at another rate are resampled.
    n_fft, hop_length : int
        Window length and hop, in samples.
    n_mels : int
        Number of mel bands, from 0 Hz to half the sample rate (Slaney's scale).
    """

    sample_rate: int
    n_fft: int
    hop_length: int
    n_mels: int

    @property
    def frames_per_second(self) -> float:
        """Frames per second."""
        return self.sample_rate / self.hop_length


STANDARD = MelForm(sample_rate=22_050, n_fft=2048, hop_length=512, n_mels=128)
"""The form of librosa's defaults, and of the published GTZAN spectrograms."""

DYNAMIC_RANGE_DB = 80.0

_SMALLEST_POWER = 1e-10
_BLOCK = 256  # frames, whose spectra stay in a processor's cache
_HERTZ_PER_MEL = 200 / 3
_LINEAR_TO = 1_000.0
_LOG_STEP = math.log(6.4) / 27


def log_mel(clip: Clip, form: MelForm = STANDARD) -> npt.NDArray[np.float32]:
    """Compute a log-mel spectrogram in dB below the clip's own maximum.

    Parameters
    ----------
    clip : Clip
        Audio at any rate.
    form : MelForm
        How to compute it.

    Returns
    -------
    ndarray of float32, shape (n_mels, n_frames)
        From -80 to 0 dB.
    """
    mel = mel_power(clip, form)
    decibels = 10 * np.log10(np.maximum(mel, _SMALLEST_POWER))
    loudest = decibels.max()
    return np.asarray(np.maximum(decibels - loudest, -DYNAMIC_RANGE_DB), dtype=np.float32)


def mel_power(clip: Clip, form: MelForm) -> npt.NDArray[np.float32]:
    """Compute a mel spectrogram of powers, as `librosa.feature.melspectrogram` does.

    It is computed here because librosa's own takes more than a second to load in
    a fresh process. A test checks that the two agree.

    Parameters
    ----------
    clip : Clip
        Audio at any rate.
    form : MelForm
        How to compute it.

    Returns
    -------
    ndarray of float32, shape (n_mels, n_frames)
        Frames are centred on multiples of the hop; the clip is padded with silence.
    """
    import scipy.fft  # many transforms at once, three times as fast as NumPy's

    samples = np.pad(clip.resampled(form.sample_rate).samples, form.n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(samples, form.n_fft)[:: form.hop_length]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(form.n_fft) / form.n_fft)).astype(np.float32)
    filters = mel_filters(form).T
    blocks = []
    with one_blas_thread():
        for first in range(0, len(frames), _BLOCK):
            spectrum = scipy.fft.rfft(frames[first : first + _BLOCK] * window)
            blocks.append((spectrum.real**2 + spectrum.imag**2) @ filters)
    return np.ascontiguousarray(np.concatenate(blocks).T, dtype=np.float32)


@cache
def mel_filters(form: MelForm) -> npt.NDArray[np.float32]:
    """Return Slaney's triangular filters of unit area, shape (n_mels, n_fft // 2 + 1).

    References
    ----------
    M. Slaney, "Auditory Toolbox", Interval Research technical report 1998-010.
    """
    corners = _mel_to_hertz(np.linspace(0, _hertz_to_mel(form.sample_rate / 2), form.n_mels + 2))
    bins = np.fft.rfftfreq(form.n_fft, 1 / form.sample_rate)
    widths = np.diff(corners)
    ramps = corners[:, None] - bins
    rising, falling = -ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * (2 / (corners[2:] - corners[:-2]))[:, None], dtype=np.float32)


def mel_frequencies(form: MelForm = STANDARD, n_points: int | None = None) -> npt.NDArray[np.float64]:
    """Return frequencies in Hz that are evenly spaced on the mel scale, from 0 to half the sample rate.

    Parameters
    ----------
    form : MelForm
        Gives the sample rate.
    n_points : int, optional
        Number of frequencies; by default one per mel band.
    """
    top = _hertz_to_mel(form.sample_rate / 2)
    return _mel_to_hertz(np.linspace(0, top, n_points or form.n_mels))


def _hertz_to_mel(hertz: float) -> float:
    """Slaney's scale: linear to 1,000 Hz, logarithmic above."""
    if hertz < _LINEAR_TO:
        return hertz / _HERTZ_PER_MEL
    return _LINEAR_TO / _HERTZ_PER_MEL + math.log(hertz / _LINEAR_TO) / _LOG_STEP


def _mel_to_hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = np.maximum(mels - _LINEAR_TO / _HERTZ_PER_MEL, 0)
    return np.where(above > 0, _LINEAR_TO * np.exp(_LOG_STEP * above), mels * _HERTZ_PER_MEL)


MUSICNN = MelForm(sample_rate=16_000, n_fft=512, hop_length=256, n_mels=96)
"""The form that the musicnn networks were trained on."""

# Pictures of GTZAN's spectrograms are 724 columns wide for 1,293 frames; what was
# recovered from them begins in the fifth frame.
_THINNING = 1293 / 724
_FIRST_FRAME = 4.9
THINNED_FRAMES_PER_SECOND = STANDARD.frames_per_second / _THINNING
"""Frames per second of `thinned_mel`: 24.1."""


def thinned_mel(clip: Clip) -> npt.NDArray[np.float32]:
    """Compute the form in which GTZAN's spectrograms are distributed: 24 frames per second.

    Parameters
    ----------
    clip : Clip
        At any rate; GTZAN's clips last 30 s and give 721 frames.

    Returns
    -------
    ndarray of float32, shape (n_frames, 128)
        0 to 1 for 80 dB below the clip's maximum to the maximum, in time order.
    """
    decibels = log_mel(clip)
    n_thinned = max(1, int((decibels.shape[1] - _FIRST_FRAME) / _THINNING))
    frames = np.floor(np.arange(n_thinned) * _THINNING + _FIRST_FRAME).astype(int)
    kept = decibels[:, np.minimum(frames, decibels.shape[1] - 1)]
    return np.ascontiguousarray((kept / DYNAMIC_RANGE_DB + 1).T)


def musicnn_mel(clip: Clip) -> npt.NDArray[np.float32]:
    """Compute the log-mel spectrogram of the musicnn networks.

    Parameters
    ----------
    clip : Clip
        At any rate.

    Returns
    -------
    ndarray of float32, shape (n_frames, 96)
        log10(10,000 × power + 1), 62.5 frames per second, in time order.

    References
    ----------
    J. Pons, X. Serra, arXiv:1909.06654; the package's ``extractor.py``.
    """
    return np.log10(10_000 * np.ascontiguousarray(mel_power(clip, MUSICNN).T) + 1)
