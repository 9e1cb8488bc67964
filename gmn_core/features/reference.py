"""The 57 descriptors by librosa's own functions: what `describe` is held to.

Where somebody waits, `gmn_core.features.summary` computes the same values from a few shared arrays,
without loading librosa. Here each series is one plain call, and a clip takes some ten times as long.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.features.summary import HOP_LENGTH, N_FFT, N_MFCC, SAMPLE_RATE

_PADDING: Final = "reflect"  # as librosa 0.7 did; from 0.10 on it pads with zeros


def describe_by_librosa(clip: Clip) -> npt.NDArray[np.float64]:
    """Compute the 57 descriptors of a clip by librosa.

    The two peculiarities of the published table are kept, as
    `gmn_core.features.summary` describes them: spectra are padded by
    reflection, and the harmonic and percussive signals end with the last whole
    hop, so that `librosa.effects.hpss` is taken apart here.

    Parameters
    ----------
    clip : Clip
        At least `N_FFT` samples at 22,050 Hz, i.e. 0.1 s.

    Returns
    -------
    ndarray, shape (57,)
        In the order of `DESCRIPTORS`. Frequencies are in Hz, the tempo in
        beats per minute; the rest has no unit.

    References
    ----------
    B. McFee et al., "librosa: audio and music signal analysis in Python",
    SciPy 2015.

    Examples
    --------
    >>> from gmn_core.features.summary import describe
    >>> clip = gmn_core.load_audio("song.wav")
    >>> bool(np.allclose(describe(clip), describe_by_librosa(clip), rtol=1e-4))
    True
    """
    import librosa

    y = clip.resampled(SAMPLE_RATE).samples
    frames: dict[str, Any] = {"hop_length": HOP_LENGTH, "pad_mode": _PADDING}
    spectra = {"y": y, "sr": SAMPLE_RATE, "n_fft": N_FFT, **frames}
    log_mel = librosa.power_to_db(librosa.feature.melspectrogram(**spectra))
    series = (
        librosa.feature.chroma_stft(**spectra),
        librosa.feature.rms(y=y, frame_length=N_FFT, **frames),
        librosa.feature.spectral_centroid(**spectra),
        librosa.feature.spectral_bandwidth(**spectra),
        librosa.feature.spectral_rolloff(**spectra),
        librosa.feature.zero_crossing_rate(y, frame_length=N_FFT, hop_length=HOP_LENGTH),
        *_separated(y),
    )
    onsets = librosa.onset.onset_strength(
        S=log_mel, sr=SAMPLE_RATE, n_fft=N_FFT, hop_length=HOP_LENGTH, aggregate=np.median
    )
    tempo, _ = librosa.beat.beat_track(onset_envelope=onsets, sr=SAMPLE_RATE, hop_length=HOP_LENGTH)
    mfcc = librosa.feature.mfcc(S=log_mel, n_mfcc=N_MFCC)
    return np.array(
        [
            *(value for values in series for value in (np.mean(values), np.var(values))),
            np.ravel(tempo)[0],
            *(value for values in mfcc for value in (np.mean(values), np.var(values))),
        ],
        dtype=np.float64,
    )


def _separated(y: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    """Return the harmonic and the percussive signal, zero after the last whole hop."""
    import librosa

    spectrum = librosa.stft(y, n_fft=N_FFT, hop_length=HOP_LENGTH, pad_mode=_PADDING)
    return [
        librosa.util.fix_length(librosa.istft(part, n_fft=N_FFT, hop_length=HOP_LENGTH), size=len(y))
        for part in librosa.decompose.hpss(spectrum)
    ]
