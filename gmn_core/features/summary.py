"""The 57 summary descriptors of a clip: the features of the study's k-NN.

They are the columns of the well-known `features_30_sec.csv`, which was made
with librosa 0.7. Two peculiarities of that version are kept, because the published
values depend on them: spectrograms are padded by reflection
(librosa >= 0.10 pads with zeros), and the harmonic and percussive signals end
with the last whole hop. Every descriptor is a mean or a variance over time,
except the tempo.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.features.blas import one_blas_thread
from gmn_core.features.pitch import chroma, estimated_tuning
from gmn_core.features.running_median import running_median
from gmn_core.features.spectrogram import DYNAMIC_RANGE_DB, mel_filters
from gmn_core.features.spectrogram import STANDARD as _FORM
from gmn_core.features.stft import Signal, Spectra, istft, stft
from gmn_core.features.tempo import onset_strength, tempo
from gmn_core.parallel import side_by_side

SAMPLE_RATE = 22_050
N_FFT = 2048
HOP_LENGTH = 512
N_MFCC = 20
_HPSS_KERNEL = 31  # frames and bins, as in librosa.decompose.hpss
_ROLLOFF_SHARE = 0.85
_SMALLEST_LEVEL = 1e-10  # what librosa.zero_crossings and librosa.power_to_db take for zero

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
_Described = tuple[Sequence[FloatArray], float, FloatArray]


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
    y = clip.resampled(SAMPLE_RATE).samples
    with one_blas_thread():
        spectra = stft(y, N_FFT, HOP_LENGTH)
        magnitude = np.abs(spectra)
        # Each is half of the work, and lets go of Python's lock for most of it.
        separated, (series, beats, mfcc) = side_by_side(
            partial(_separate, spectra, magnitude, y), partial(_describe_whole, magnitude, y)
        )
    return np.array(
        [
            *(value for values in (*series, *separated) for value in (np.mean(values), np.var(values))),
            beats,
            *(value for values in mfcc for value in (np.mean(values), np.var(values))),
        ],
        dtype=np.float64,
    )


def _describe_whole(magnitude: Signal, y: Signal) -> _Described:
    """Return the series of what is not separated, the tempo and the MFCCs."""
    import scipy.fft

    power = magnitude**2
    log_mel = _in_decibels(mel_filters(_FORM) @ power.T)
    series = (
        chroma(power, SAMPLE_RATE, estimated_tuning(power, SAMPLE_RATE / N_FFT)),
        _root_mean_squares(y),
        *_centroid_and_bandwidth(magnitude.T),
        _rolloff(magnitude.T),
        _zero_crossing_rate(y),
    )
    beats = tempo(onset_strength(log_mel, N_FFT // (2 * HOP_LENGTH)), SAMPLE_RATE / HOP_LENGTH)
    return series, beats, scipy.fft.dct(log_mel, axis=0, norm="ortho")[:N_MFCC]


def _in_decibels(power: FloatArray) -> FloatArray:
    """Return levels in dB, none more than 80 below the highest."""
    decibels = 10 * np.log10(np.maximum(power, _SMALLEST_LEVEL))
    return np.asarray(np.maximum(decibels, decibels.max() - DYNAMIC_RANGE_DB))


def _root_mean_squares(y: FloatArray) -> FloatArray:
    """Return the root of each window's mean square, as librosa.feature.rms has it."""
    padded = np.pad(y, N_FFT // 2, mode="reflect").astype(np.float64)
    return np.sqrt(np.maximum(_means_of_windows(np.square(padded)), 0))


def _rolloff(magnitude: FloatArray) -> FloatArray:
    """Frequency in Hz below which 85 % of each spectrum lie, as librosa.feature.spectral_rolloff has it."""
    below = np.cumsum(magnitude, axis=0)
    bins = (below >= _ROLLOFF_SHARE * below[-1]).argmax(axis=0)
    return np.asarray(np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)[bins])


def _zero_crossing_rate(y: FloatArray) -> FloatArray:
    """Changes of sign per sample, window by window, as librosa.feature.zero_crossing_rate has them."""
    padded = np.pad(y, N_FFT // 2, mode="edge")
    negative = padded < -_SMALLEST_LEVEL
    crossed = np.concatenate([[0], np.cumsum(negative[1:] != negative[:-1])])
    starts = np.arange(0, len(padded) - N_FFT + 1, HOP_LENGTH)
    return np.asarray((crossed[starts + N_FFT - 1] - crossed[starts]) / N_FFT)


def _centroid_and_bandwidth(magnitude: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean frequency of each spectrum and the deviation around it, in Hz; 0 where there is silence."""
    hertz = np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)
    # In double precision, in which the variance may be had as a difference.
    total, first, second = np.stack([hertz**0, hertz, hertz**2]) @ magnitude.astype(np.float64)
    total = np.where(total > np.finfo(np.float32).tiny, total, 1.0)
    centroid = first / total
    return centroid, np.sqrt(np.maximum(second / total - centroid**2, 0))


def _means_of_windows(values: npt.NDArray[np.float64]) -> FloatArray:
    """Return the mean of each window, as differences of one running sum."""
    sums = np.concatenate([[0], np.cumsum(values)])
    starts = np.arange(0, len(values) - N_FFT + 1, HOP_LENGTH)
    return np.asarray((sums[starts + N_FFT] - sums[starts]) / N_FFT)


def _separate(spectra: Spectra, magnitude: Signal, y: Signal) -> tuple[Signal, Signal]:
    """Split into harmonic and percussive signals (Fitzgerald, DAFx 2010), as librosa.effects.hpss does.

    The two masks add up to 1, so the harmonic signal is what the percussive
    one leaves of the whole.
    """
    # Both frame by frame, as the spectra are: in unlike orders each step takes several times as long.
    mask = np.ascontiguousarray(running_median(magnitude.T, _HPSS_KERNEL).T)
    whole_power = running_median(magnitude, _HPSS_KERNEL)
    np.square(mask, out=mask)
    np.square(whole_power, out=whole_power)
    whole_power += mask
    silent = whole_power < np.finfo(np.float32).tiny
    if silent.any():
        whole_power[silent], mask[silent] = 1.0, 0.5  # neither of the two
    mask /= whole_power
    part = istft(spectra * mask, HOP_LENGTH)
    whole = np.zeros_like(y)
    whole[: len(part)] = y[: len(part)]
    percussive = np.zeros_like(y)
    percussive[: len(part)] = part
    return whole - percussive, percussive
