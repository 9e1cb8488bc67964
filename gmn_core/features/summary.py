"""The 57 summary descriptors of a clip: the features of the study's k-NN.

They are the columns of the well-known `features_30_sec.csv`, which was made
with librosa 0.7. Two peculiarities of that version are kept, because the published
values depend on them: spectrograms are padded by reflection
(librosa >= 0.10 pads with zeros), and the harmonic and percussive signals end
with the last whole hop. Every descriptor is a mean or a variance over time,
except the tempo.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip

SAMPLE_RATE = 22_050
N_FFT = 2048
HOP_LENGTH = 512
N_MFCC = 20
_HPSS_KERNEL = 31  # frames and bins, as in librosa.decompose.hpss

_SERIES = (
    "chroma_stft", "rms", "spectral_centroid", "spectral_bandwidth", "rolloff",
    "zero_crossing_rate", "harmony", "perceptr",
)  # fmt: skip
DESCRIPTORS: tuple[str, ...] = (
    *(f"{name}_{statistic}" for name in _SERIES for statistic in ("mean", "var")),
    "tempo",
    *(f"mfcc{i + 1}_{statistic}" for i in range(N_MFCC) for statistic in ("mean", "var")),
)
"""Names of the descriptors, in the order of the published table."""

FloatArray = npt.NDArray[np.floating]


def describe(clip: Clip) -> npt.NDArray[np.float64]:
    """Compute the 57 descriptors of a clip.

    Parameters
    ----------
    clip : Clip
        At least `N_FFT` samples at 22,050 Hz, i.e. 0.1 s.

    Returns
    -------
    ndarray, shape (57,)
        In the order of `DESCRIPTORS`. Frequencies are in Hz, the tempo in
        beats per minute; the rest has no unit.
    """
    import librosa

    y = clip.resampled(SAMPLE_RATE).samples
    spectrum = librosa.stft(y, n_fft=N_FFT, hop_length=HOP_LENGTH, pad_mode="reflect")
    magnitude = np.abs(spectrum)
    power = magnitude**2
    log_mel = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=SAMPLE_RATE))
    harmonic, percussive = _separate(spectrum, magnitude, len(y))
    series = (
        librosa.feature.chroma_stft(S=power, sr=SAMPLE_RATE),
        librosa.feature.rms(y=y, pad_mode="reflect"),
        librosa.feature.spectral_centroid(S=magnitude, sr=SAMPLE_RATE),
        librosa.feature.spectral_bandwidth(S=magnitude, sr=SAMPLE_RATE),
        librosa.feature.spectral_rolloff(S=magnitude, sr=SAMPLE_RATE),
        librosa.feature.zero_crossing_rate(y),
        harmonic,
        percussive,
    )
    mfcc = librosa.feature.mfcc(S=log_mel, n_mfcc=N_MFCC)
    return np.array(
        [
            *(value for values in series for value in (np.mean(values), np.var(values))),
            _tempo(log_mel),
            *(value for values in mfcc for value in (np.mean(values), np.var(values))),
        ],
        dtype=np.float64,
    )


def _tempo(log_mel: FloatArray) -> float:
    """Beats per minute, 0 if there is no onset.

    This is the tempo that librosa.beat.beat_track settles on before it looks
    for beats; importing the tracker itself takes more than a second.
    """
    import librosa

    onsets = librosa.onset.onset_strength(S=log_mel, sr=SAMPLE_RATE, aggregate=np.median)
    if not onsets.any():
        return 0.0
    return float(librosa.feature.tempo(onset_envelope=onsets, sr=SAMPLE_RATE, hop_length=HOP_LENGTH)[0])


def _separate(
    spectrum: npt.NDArray[np.complexfloating], magnitude: FloatArray, n_samples: int
) -> tuple[FloatArray, FloatArray]:
    """Split into harmonic and percussive signals (Fitzgerald, DAFx 2010), as librosa.effects.hpss does."""
    import librosa

    along_time = _running_median(magnitude)
    along_frequency = _running_median(np.ascontiguousarray(magnitude.T)).T
    harmonic_mask = librosa.util.softmask(along_time, along_frequency, power=2.0, split_zeros=True)
    percussive_mask = librosa.util.softmask(along_frequency, along_time, power=2.0, split_zeros=True)
    harmonic, percussive = (
        librosa.util.fix_length(librosa.istft(spectrum * mask, hop_length=HOP_LENGTH), size=n_samples)
        for mask in (harmonic_mask, percussive_mask)
    )
    return harmonic, percussive


def _running_median(rows: FloatArray) -> FloatArray:
    """Median over `_HPSS_KERNEL` neighbours along each row, mirrored at the ends.

    The rows are padded and laid end to end because SciPy's filter for one
    dimension is ten times as fast as its filter for two.
    """
    from scipy.ndimage import median_filter

    half = _HPSS_KERNEL // 2
    padded = np.pad(rows, ((0, 0), (half, half)), mode="symmetric")
    medians = median_filter(padded.ravel(), size=_HPSS_KERNEL).reshape(padded.shape)
    return np.asarray(medians[:, half:-half])
