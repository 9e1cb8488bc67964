"""From the bytes of an audio file to a clip, with every limit and check.

Files are read in blocks, so that a small file which unpacks to hours of audio
costs no more memory than its first ten minutes. Nothing is written to disk.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.audio.container import claims_more_than_it_holds, foreign_format
from gmn_core.audio.errors import AudioError
from gmn_core.audio.readers import Frames, open_audio
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples, mean_of_channels
from gmn_core.files import StrPath

if TYPE_CHECKING:
    import soxr

MAX_BYTES = 64 * 1024 * 1024
"""More than five minutes as on a CD, which are 51 MB."""

MAX_SECONDS = 600.0
MIN_SECONDS = 1.0
MIN_SAMPLE_RATE = 2_000
MAX_SOURCE_RATE = 768_000
MAX_SAMPLE_RATE = 48_000
"""Audio at a higher rate is resampled to this one while it is read."""

AUDIO_SUFFIXES = (
    ".wav", ".aif", ".aiff", ".au", ".flac", ".mp3", ".ogg", ".oga", ".opus",
    ".m4a", ".mp4", ".aac", ".webm",
)  # fmt: skip
"""Endings of the files that can be decoded."""

_SILENCE = 1e-4  # -80 dBFS, below the noise of any recording
# Encoders round a clip's length to whole packets.
_SHARE_THAT_MAY_BE_MISSING = 0.02
_CUT_OFF = "The file ends before its audio does; save or upload it again."


@dataclass(frozen=True)
class Decoded:
    """A clip, and what a person should know about how it was read.

    Parameters
    ----------
    clip : Clip
        The audio, mixed to mono.
    notices : tuple of str
        Sentences about anything that was left out.
    """

    clip: Clip
    notices: tuple[str, ...] = ()


def decode_file(path: StrPath) -> Decoded:
    """Decode the audio file at ``path``; see `decode`.

    Raises
    ------
    AudioError
        If the file cannot be read, or `decode` refuses it.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        # Looked at before reading: the file may not fit into memory.
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise AudioError(f"The file cannot be read: {error.strerror or error}.") from error
    _check_size(size)
    return decode(data)


def decode(data: bytes) -> Decoded:
    """Decode a whole audio file from memory.

    Parameters
    ----------
    data : bytes
        The file: WAV, AIFF, AU, FLAC, MP3, Ogg Vorbis, Opus, M4A, AAC or
        WebM, with any sample rate, sample format and number of channels.

    Returns
    -------
    Decoded
        At most ten minutes of audio, mono, in [-1, 1], at the file's own
        rate or 48 kHz, whichever is lower.

    Raises
    ------
    AudioError
        If the file is empty, too large, not audio, cut off, without sound,
        damaged, silent or shorter than one second.
    """
    _check_header(data)
    mixed = _Mixer()
    samples, sample_rate, was_cut = _read(data, mixed, MAX_SECONDS)
    if _is_silent(samples) and mixed.first_peak >= _SILENCE:
        # Two channels that cancel each other are not silence.
        samples, sample_rate, was_cut = _read(data, _first_channel, MAX_SECONDS)
    clip = Clip(checked_samples(samples, sample_rate), sample_rate)
    notice = f"Only the first {MAX_SECONDS / 60:.0f} minutes were analysed."
    return Decoded(clip, (notice,) if was_cut else ())


def decode_stereo(data: bytes, seconds: float = MAX_SECONDS) -> Recording:
    """Decode an audio file as it was made, in stereo, at 48 kHz.

    Parameters
    ----------
    data : bytes
        The file, as for `decode`.
    seconds : float
        What comes later is left out.

    Returns
    -------
    Recording
        The first two channels, or the only one on both sides.

    Raises
    ------
    AudioError
        As `decode` does.
    """
    _check_header(data)
    samples, sample_rate, _ = _read(data, _left_and_right, min(seconds, MAX_SECONDS), MAX_SAMPLE_RATE)
    return Recording(checked_samples(samples, sample_rate), sample_rate)


def _check_header(data: bytes) -> None:
    _check_size(len(data))
    if foreign := foreign_format(data):
        raise AudioError(f"This is {foreign}, not an audio file.")
    if claims_more_than_it_holds(data):
        raise AudioError(_CUT_OFF)


def _check_size(n_bytes: int) -> None:
    if not n_bytes:
        raise AudioError("The file is empty.")
    if n_bytes > MAX_BYTES:
        raise AudioError(
            f"The file is too large: {n_bytes / 2**20:.0f} MB, where {MAX_BYTES / 2**20:.0f} MB are allowed."
        )


class _Mixer:
    """Takes the mean of all channels, and notes the peak of the first."""

    def __init__(self) -> None:
        self.first_peak = 0.0

    def __call__(self, block: Frames) -> Samples:
        self.first_peak = max(self.first_peak, _peak(block[:, 0]))
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused later
            return mean_of_channels(block)


def _first_channel(block: Frames) -> Samples:
    return block[:, 0]


def _left_and_right(block: Frames) -> Samples:
    return block[:, :2] if block.shape[1] > 1 else np.repeat(block, 2, axis=1)


def _read(
    data: bytes, mix: Callable[[Frames], Samples], seconds: float, rate: int | None = None
) -> tuple[Samples, int, bool]:
    """Read the beginning of a file.

    Parameters
    ----------
    data : bytes
        The file.
    mix : callable
        Makes the wanted channels, shape (n,) or (n, 2), of a block of all.
    seconds : float
        How much is read.
    rate : int, optional
        The rate wanted; by default the file's own, at most `MAX_SAMPLE_RATE`.

    Returns
    -------
    samples : ndarray of float32
        Finite numbers.
    sample_rate : int
        Their rate.
    was_cut : bool
        Whether the file goes on.
    """
    with open_audio(data) as source:
        if source.sample_rate < MIN_SAMPLE_RATE:
            raise AudioError(f"A sample rate of {source.sample_rate} Hz is too low to hold music.")
        if source.sample_rate > MAX_SOURCE_RATE:
            raise AudioError(f"A sample rate of {source.sample_rate:,} Hz is that of no recording.")
        rate = rate or min(source.sample_rate, MAX_SAMPLE_RATE)
        limit = round(seconds * source.sample_rate)
        gathered = _Gatherer(source.sample_rate, rate, math.ceil(seconds * rate))
        n_read = 0
        for block in source.blocks:
            gathered.add(mix(block[: limit - n_read]))
            n_read += len(block)
            if n_read > limit:
                break
    was_cut = n_read > limit
    if not was_cut and source.frames and n_read < (1 - _SHARE_THAT_MAY_BE_MISSING) * source.frames:
        raise AudioError(_CUT_OFF)
    return gathered.samples(), rate, was_cut


class _Gatherer:
    """Resamples blocks and joins them.

    The memory for the longest audio is reserved at once but used only as it
    fills, so that ten minutes are never held twice.
    """

    def __init__(self, source_rate: int, rate: int, capacity: int) -> None:
        self._rates, self._capacity = (source_rate, rate), capacity
        self._stream: soxr.ResampleStream | None = None
        self._samples: Samples | None = None
        self._n = 0

    def add(self, block: Samples) -> None:
        """Take a block of shape (n,) or (n, n_channels)."""
        if self._samples is None:
            self._samples = np.empty((self._capacity, *block.shape[1:]), dtype=np.float32)
            if self._rates[0] != self._rates[1]:
                import soxr

                self._stream = soxr.ResampleStream(*self._rates, block[:1].size, dtype="float32")
        self._put(block if self._stream is None else self._stream.resample_chunk(block))

    def samples(self) -> Samples:
        """Return everything, including what was still in the filter."""
        if self._samples is None:
            return np.zeros(0, dtype=np.float32)
        if self._stream is not None:
            self._put(self._stream.resample_chunk(self._samples[:0], last=True))
        return self._samples[: self._n]

    def _put(self, block: Samples) -> None:
        if not np.isfinite(block).all():
            raise AudioError("The file holds samples that are not numbers; export it again.")
        if self._samples is not None:
            room = self._samples[self._n : self._n + len(block)]
            room[...] = block[: len(room)]
            self._n += len(room)


def _is_silent(samples: Samples) -> bool:
    return _peak(samples) < _SILENCE


def _peak(samples: Samples) -> float:
    return float(max(samples.max(initial=0), -samples.min(initial=0)))


def checked_samples(samples: Samples, sample_rate: int) -> Samples:
    """Return the samples, turned down in place where they go beyond [-1, 1].

    Raises
    ------
    AudioError
        If they last less than `MIN_SECONDS` or are silent.
    """
    if len(samples) < MIN_SECONDS * sample_rate:
        raise AudioError(
            f"The audio is too short: {len(samples) / sample_rate:.2f} s, "
            f"where at least {MIN_SECONDS:.0f} s is needed."
        )
    if _is_silent(samples):
        raise AudioError("The audio is silent from beginning to end.")
    # Lossy decoders and floating-point files overshoot; turning down keeps the wave's shape.
    if (peak := _peak(samples)) > 1:
        samples /= np.float32(peak)
    return samples
