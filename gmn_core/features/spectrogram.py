"""Log-mel spectrograms: the form that is shown, and the forms that the networks hear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip


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
        """Frames in a second."""
        return self.sample_rate / self.hop_length


STANDARD = MelForm(sample_rate=22_050, n_fft=2048, hop_length=512, n_mels=128)
"""The form of librosa's defaults, and of the published GTZAN spectrograms."""

DYNAMIC_RANGE_DB = 80.0


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
    import librosa

    mel = librosa.feature.melspectrogram(
        y=clip.resampled(form.sample_rate).samples,
        sr=form.sample_rate,
        n_fft=form.n_fft,
        hop_length=form.hop_length,
        n_mels=form.n_mels,
    )
    return np.asarray(librosa.power_to_db(mel, ref=np.max, top_db=DYNAMIC_RANGE_DB), dtype=np.float32)


def mel_frequencies(form: MelForm = STANDARD) -> npt.NDArray[np.float64]:
    """Return the centre frequency of each mel band, in Hz."""
    import librosa

    return np.asarray(librosa.mel_frequencies(form.n_mels, fmax=form.sample_rate / 2), dtype=np.float64)


MUSICNN = MelForm(sample_rate=16_000, n_fft=512, hop_length=256, n_mels=96)
"""The form that the musicnn networks were trained on."""

# Pictures of GTZAN's spectrograms are 724 columns wide for 1,293 frames; what was
# recovered from them begins in the fifth frame.
_THINNING = 1293 / 724
_FIRST_FRAME = 4.9
THINNED_FRAMES_PER_SECOND = STANDARD.frames_per_second / _THINNING
"""Frames in a second of `thinned_mel`: 24.1."""


def thinned_mel(clip: Clip) -> npt.NDArray[np.float32]:
    """Compute the form in which GTZAN's spectrograms are passed on: 24 frames a second.

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
        log10(10,000 × power + 1), 62.5 frames a second, in time order.

    References
    ----------
    J. Pons, X. Serra, arXiv:1909.06654; the package's ``extractor.py``.
    """
    import librosa

    power = librosa.feature.melspectrogram(
        y=clip.resampled(MUSICNN.sample_rate).samples,
        sr=MUSICNN.sample_rate,
        n_fft=MUSICNN.n_fft,
        hop_length=MUSICNN.hop_length,
        n_mels=MUSICNN.n_mels,
    )
    return np.asarray(np.log10(10_000 * power.T + 1), dtype=np.float32)
