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
from gmn_core.features.running_median import running_median
from gmn_core.features.spectrogram import STANDARD as _FORM
from gmn_core.features.spectrogram import mel_filters

SAMPLE_RATE = 22_050
N_FFT = 2048
HOP_LENGTH = 512
N_MFCC = 20
_HPSS_KERNEL = 31  # frames and bins, as in librosa.decompose.hpss
_PITCH_THRESHOLD = 0.1  # of a spectrum's peak, as in librosa.piptrack
_ROLLOFF_SHARE = 0.85
_SMALLEST_LEVEL = 1e-10  # what librosa.zero_crossings takes for zero

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
    log_mel = librosa.power_to_db(mel_filters(_FORM) @ power)
    harmonic, percussive = _separate(spectrum, magnitude, y)
    series = (
        librosa.feature.chroma_stft(S=power, sr=SAMPLE_RATE, tuning=_tuning(power)),
        librosa.feature.rms(y=y, pad_mode="reflect"),
        *_centroid_and_bandwidth(magnitude),
        _rolloff(magnitude),
        _zero_crossing_rate(y),
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


def _tuning(power: FloatArray) -> float:
    """Deviation from A at 440 Hz in parts of a semitone, as librosa.estimate_tuning has it.

    Of the spectrum only the lower half is searched, as librosa looks for
    pitches no higher than 4 kHz.
    """
    import librosa

    lower = power[: N_FFT // 4 + 1]
    loudest = power.max(axis=0, keepdims=True)
    pitches, magnitudes = librosa.piptrack(S=lower, sr=SAMPLE_RATE / 2, ref=_PITCH_THRESHOLD * loudest)
    voiced = pitches > 0
    if not voiced.any():
        return 0.0
    clear = voiced & (magnitudes >= np.median(magnitudes[voiced]))
    return float(librosa.pitch_tuning(pitches[clear]))


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


def _centroid_and_bandwidth(magnitude: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean frequency of each spectrum and the deviation around it, in Hz; 0 where there is silence."""
    hertz = np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)
    # In double precision, in which the variance may be had as a difference.
    total, first, second = np.stack([hertz**0, hertz, hertz**2]) @ magnitude.astype(np.float64)
    total = np.where(total > np.finfo(np.float32).tiny, total, 1.0)
    centroid = first / total
    return centroid, np.sqrt(np.maximum(second / total - centroid**2, 0))


def _separate(
    spectrum: npt.NDArray[np.complexfloating], magnitude: FloatArray, y: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Split into harmonic and percussive signals (Fitzgerald, DAFx 2010), as librosa.effects.hpss does.

    The two masks add up to 1, so the harmonic signal is what the percussive
    one leaves of the whole.
    """
    import librosa

    # Both frame by frame, as librosa's spectra are: in unlike orders each step takes several times as long.
    mask = np.ascontiguousarray(running_median(magnitude, _HPSS_KERNEL).T)
    whole_power = running_median(magnitude.T, _HPSS_KERNEL)
    np.square(mask, out=mask)
    np.square(whole_power, out=whole_power)
    whole_power += mask
    silent = whole_power < np.finfo(np.float32).tiny
    if silent.any():
        whole_power[silent], mask[silent] = 1.0, 0.5  # neither of the two
    mask /= whole_power
    part = librosa.istft(spectrum * mask.T, hop_length=HOP_LENGTH)
    percussive = librosa.util.fix_length(part, size=len(y))
    whole = librosa.util.fix_length(y[: len(part)], size=len(y))
    return whole - percussive, percussive
