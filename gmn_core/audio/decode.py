"""From the bytes of an audio file to a clip, with every limit and check.

Files are read in blocks, so that a small file which unpacks to hours of audio
costs no more memory than its first ten minutes. Nothing is written to disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.audio.container import claims_more_than_it_holds, foreign_format
from gmn_core.audio.errors import AudioError
from gmn_core.audio.readers import AudioSource, open_audio
from gmn_core.audio.sound import Samples
from gmn_core.files import StrPath

MAX_BYTES = 50 * 1024 * 1024
MAX_SECONDS = 600.0
MIN_SECONDS = 1.0
MIN_SAMPLE_RATE = 2_000
MAX_SAMPLE_RATE = 48_000
"""Audio at a higher rate is brought down to this one while it is read."""

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
    """A clip and what a person should know about how it was read.

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
    _check_size(len(data))
    if foreign := foreign_format(data):
        raise AudioError(f"This is {foreign}, not an audio file.")
    if claims_more_than_it_holds(data):
        raise AudioError(_CUT_OFF)
    samples, sample_rate, was_cut = _read(data, channel=None)
    if _is_silent(samples):
        # Two channels that cancel each other are not silence.
        samples, sample_rate, was_cut = _read(data, channel=0)
    clip = Clip(checked_samples(samples, sample_rate), sample_rate)
    notice = f"Only the first {MAX_SECONDS / 60:.0f} minutes were analysed."
    return Decoded(clip, (notice,) if was_cut else ())


def _check_size(n_bytes: int) -> None:
    if not n_bytes:
        raise AudioError("The file is empty.")
    if n_bytes > MAX_BYTES:
        raise AudioError(
            f"The file is too large: {n_bytes / 2**20:.0f} MB, where {MAX_BYTES / 2**20:.0f} MB are allowed."
        )


def _read(data: bytes, channel: int | None) -> tuple[Samples, int, bool]:
    """Read one channel (all mixed where None); return samples, rate and whether the end was left out."""
    with open_audio(data) as source:
        if source.sample_rate < MIN_SAMPLE_RATE:
            raise AudioError(f"A sample rate of {source.sample_rate} Hz is too low to hold music.")
        samples, n_read, was_cut = _mono(source, channel)
    if not was_cut and source.frames and n_read < (1 - _SHARE_THAT_MAY_BE_MISSING) * source.frames:
        raise AudioError(_CUT_OFF)
    return samples, min(source.sample_rate, MAX_SAMPLE_RATE), was_cut


def _mono(source: AudioSource, channel: int | None) -> tuple[Samples, int, bool]:
    """Read up to the limit; return the samples, how many frames were read, and whether more follow."""
    limit = round(MAX_SECONDS * source.sample_rate)
    blocks: list[Samples] = []
    n_read, was_cut = 0, False
    shrink = _Shrinker(source.sample_rate)
    for block in source.blocks:
        mono = block.mean(axis=1, dtype=np.float32) if channel is None else block[:, channel]
        if not np.isfinite(mono).all():
            raise AudioError("The file holds samples that are not numbers; export it again.")
        was_cut = n_read + len(mono) > limit
        blocks.append(shrink(mono[: limit - n_read]))
        n_read += len(mono)
        if was_cut:
            break
    blocks.append(shrink.rest())
    return np.concatenate(blocks), n_read, was_cut


class _Shrinker:
    """Brings a stream of blocks down to `MAX_SAMPLE_RATE` where it is faster."""

    def __init__(self, sample_rate: int) -> None:
        self._stream = None
        if sample_rate > MAX_SAMPLE_RATE:
            import soxr

            self._stream = soxr.ResampleStream(sample_rate, MAX_SAMPLE_RATE, 1, dtype="float32")

    def __call__(self, block: Samples) -> Samples:
        return block if self._stream is None else self._stream.resample_chunk(block)

    def rest(self) -> Samples:
        """Return what is still inside the filter."""
        nothing = np.zeros(0, dtype=np.float32)
        return nothing if self._stream is None else self._stream.resample_chunk(nothing, last=True)


def _is_silent(samples: Samples) -> bool:
    return not len(samples) or float(np.abs(samples).max()) < _SILENCE


def checked_samples(samples: Samples, sample_rate: int) -> Samples:
    """Return mono samples in [-1, 1], turned down where they go beyond.

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
    peak = float(np.abs(samples).max())
    return samples / np.float32(peak) if peak > 1 else samples
