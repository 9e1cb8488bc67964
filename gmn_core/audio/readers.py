"""Reading audio files from memory in blocks, through libsndfile or FFmpeg."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.audio.errors import AudioError

if TYPE_CHECKING:
    import soundfile
    from av.audio.stream import AudioStream
    from av.container import InputContainer

Frames = npt.NDArray[np.float32]
"""Decoded audio, shape (n_frames, n_channels)."""

_BLOCK_FRAMES = 1 << 16
_LENGTH_UNKNOWN = 1 << 62
# FFmpeg also opens playlists, which may name other files and addresses to read: only these may be tried.
_FFMPEG_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,ogg,mp3,flac,wav,aiff,au"


@dataclass(frozen=True)
class AudioSource:
    """An open audio file.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    frames : int or None
        Length that the file states, in samples per channel.
    blocks : iterator of ndarray of float32, shape (n_frames, n_channels)
        The audio in order; raises `AudioError` where the file is damaged.
    """

    sample_rate: int
    frames: int | None
    blocks: Iterator[Frames]


@contextmanager
def open_audio(data: bytes) -> Iterator[AudioSource]:
    """Open an audio file that is held in memory.

    Raises
    ------
    AudioError
        If no decoder knows the file, or it is a video without sound.
    """
    import soundfile

    try:
        file = soundfile.SoundFile(io.BytesIO(data))
    except soundfile.LibsndfileError:
        with _open_with_ffmpeg(data) as source:
            yield source
        return
    with file:
        frames = file.frames if file.frames < _LENGTH_UNKNOWN else None
        yield AudioSource(file.samplerate, frames, _soundfile_blocks(file))


def _soundfile_blocks(file: soundfile.SoundFile) -> Iterator[Frames]:
    import soundfile

    while True:
        try:
            block = file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError("The audio is damaged and cannot be decoded.") from error
        if not len(block):
            return
        yield block


@contextmanager
def _open_with_ffmpeg(data: bytes) -> Iterator[AudioSource]:
    import av

    try:
        container = av.open(io.BytesIO(data), "r", options={"format_whitelist": _FFMPEG_FORMATS})
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(
            "This is not an audio file that can be read; "
            "use WAV, FLAC, MP3, OGG, Opus, AIFF, M4A, AAC or WebM."
        ) from error
    with container:
        if not container.streams.audio:
            raise AudioError("The video has no sound track.")
        stream = container.streams.audio[0]
        frames = None
        # Only MP4 states its length; for the others FFmpeg guesses from the bit rate.
        if "mp4" in container.format.name and stream.duration and stream.time_base:
            frames = round(stream.duration * stream.time_base * stream.rate)
        yield AudioSource(stream.rate, frames, _ffmpeg_blocks(container, stream))


def _ffmpeg_blocks(container: InputContainer, stream: AudioStream) -> Iterator[Frames]:
    import av

    planar = av.AudioResampler(format="fltp")
    try:
        for frame in container.decode(stream):
            for part in planar.resample(frame):
                yield np.ascontiguousarray(part.to_ndarray().T, dtype=np.float32)
    except (av.FFmpegError, ValueError) as error:
        raise AudioError("The audio is damaged and cannot be decoded.") from error
