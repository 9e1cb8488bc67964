"""Audio in any form that a caller may have: a file, an array with its rate, or a clip."""

from __future__ import annotations

import os
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import checked_samples, decode_file
from gmn_core.audio.errors import AudioError
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples, mean_of_channels
from gmn_core.files import StrPath

AudioLike = StrPath | npt.NDArray[np.floating] | npt.NDArray[np.integer] | Clip | Recording
"""A file's path, an array of samples, or audio that is in memory already."""

MAX_CHANNELS = 32


def load_audio(path: StrPath) -> Clip:
    """Read an audio file as a mono clip.

    Parameters
    ----------
    path : str or os.PathLike
        WAV, AIFF, AU, FLAC, MP3, Ogg Vorbis, Opus, M4A, AAC or WebM, with any
        sample rate, sample format and number of channels.

    Returns
    -------
    Clip
        At most its first ten minutes, mixed to mono, at its own rate or
        48 kHz, whichever is lower.

    Raises
    ------
    AudioError
        If the file cannot be read, is not audio, damaged, silent, larger than
        64 MB or shorter than one second.

    See Also
    --------
    classify : Name the genre of a file.

    Examples
    --------
    >>> clip = gmn_core.load_audio("song.wav")
    >>> clip.sample_rate, clip.seconds
    (22050, 4.0)
    """
    return decode_file(path).clip


def as_clip(audio: AudioLike, sample_rate: int | None = None) -> Clip:
    """Return audio in any form as a mono clip.

    Parameters
    ----------
    audio : str, os.PathLike, ndarray, Clip or Recording
        An array has shape (n_samples,) or (n_samples, n_channels) and holds
        floats in [-1, 1], or integers that fill their type as WAV files do.
    sample_rate : int, optional
        Samples per second of an array; other forms bring their own.

    Raises
    ------
    AudioError
        If the audio cannot be used; see `load_audio`.
    TypeError
        If an array comes without its rate, or the audio is none of these.
    """
    if isinstance(audio, str | os.PathLike):
        return load_audio(audio)
    if isinstance(audio, Clip):
        return audio
    if isinstance(audio, Recording):
        return audio.mono()
    if not isinstance(audio, np.ndarray):
        raise TypeError(f"expected a path, an array or a clip, got {type(audio).__name__}")
    if sample_rate is None:
        raise TypeError("an array of samples needs its sample_rate")
    return Clip(checked_samples(_mono(audio), sample_rate), sample_rate)


def as_clips(recordings: Iterable[AudioLike], sample_rate: int | None = None) -> Iterable[Clip]:
    """Yield recordings as clips, one at a time, so that a collection need not fit into memory.

    Raises
    ------
    TypeError
        If what is given is one recording and not several.
    """
    if isinstance(recordings, str | os.PathLike | Clip | Recording):
        raise TypeError("expected several recordings; put a single one into a list")
    if isinstance(recordings, np.ndarray) and recordings.ndim < 2:
        raise TypeError("expected several recordings; put a single array into a list")
    return (as_clip(recording, sample_rate) for recording in recordings)


def _mono(array: npt.NDArray[np.floating] | npt.NDArray[np.integer]) -> Samples:
    if array.ndim not in (1, 2) or array.dtype.kind not in "fiu":
        raise AudioError(
            "An array of audio has the shape (n_samples,) or (n_samples, n_channels) and holds numbers."
        )
    if array.ndim == 2 and array.shape[1] > MAX_CHANNELS:
        raise AudioError(
            f"An array of shape {array.shape} would have {array.shape[1]} channels: "
            "samples go along the first axis, channels along the second."
        )
    samples = array.astype(np.float32)
    if array.dtype.kind != "f":
        # Signed samples are centred on zero, unsigned ones (8-bit WAV files) on the middle of their range.
        half = np.float32(2 ** (8 * array.itemsize - 1))
        samples = samples / half - np.float32(array.dtype.kind == "u")
    if not np.isfinite(samples).all():
        raise AudioError("The array holds samples that are not numbers.")
    return samples if samples.ndim == 1 else mean_of_channels(samples)
