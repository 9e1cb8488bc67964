"""Reading audio files from memory in blocks, through libsndfile or FFmpeg."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from gmn_core.audio.container import is_for_libsndfile
from gmn_core.audio.errors import AudioError

if TYPE_CHECKING:
    import soundfile

Frames = npt.NDArray[np.float32]
"""Decoded audio, shape (n_frames, n_channels)."""

_BLOCK_FRAMES = 1 << 16
_BLOCK_SAMPLES = 1 << 18  # of all channels together: a file may have a thousand
_BYTES_PER_SAMPLE = 4
_CPU_SECONDS = 10.0  # of libsndfile, for one file; honest ones of ten minutes take a tenth of it
_LENGTH_UNKNOWN = 1 << 62

_FFMPEG = Path(__file__).with_name("ffmpeg_process.py")
_FFMPEG_TURNS = BoundedSemaphore(2)  # decoded at the same time; further files wait

_DAMAGED = "The audio is damaged and cannot be decoded."
_TOO_MUCH = "The audio needs too much memory or time to decode; export it again, as WAV or MP3 for example."
_PROBLEMS = {
    "format": "This is not an audio file that can be read; "
    "use WAV, FLAC, MP3, OGG, Opus, AIFF, M4A, AAC or WebM.",
    "coding": "The audio is coded in a way that cannot be read; export it again, as WAV or MP3 for example.",
    "silent video": "The video has no sound track.",
    "damaged": _DAMAGED,
}


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
        # libsndfile would try two dozen more formats on a file that begins like none of those expected of it.
        file = soundfile.SoundFile(io.BytesIO(data)) if is_for_libsndfile(data) else None
    except soundfile.LibsndfileError:
        file = None
    if file is None:
        with _open_with_ffmpeg(data) as source:
            yield source
        return
    with file:
        frames = file.frames if file.frames < _LENGTH_UNKNOWN else None
        yield AudioSource(file.samplerate, frames, _soundfile_blocks(file))


def _soundfile_blocks(file: soundfile.SoundFile) -> Iterator[Frames]:
    import soundfile

    n_frames = min(_BLOCK_FRAMES, max(1, _BLOCK_SAMPLES // file.channels))
    began = time.thread_time()
    while True:
        if time.thread_time() - began > _CPU_SECONDS:
            raise AudioError(_TOO_MUCH)
        try:
            block = file.read(n_frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(_DAMAGED) from error
        if not len(block):
            return
        yield block


@contextmanager
def _open_with_ffmpeg(data: bytes) -> Iterator[AudioSource]:
    """Open a file with FFmpeg, in a process of its own.

    FFmpeg reads dozens of formats, and a file of a kilobyte can make it ask
    for gigabytes, work for minutes, or crash. In a process with limits of
    memory and time, that ends one decoding and nothing else.
    """
    with (
        _FFMPEG_TURNS,
        # -P: the modules beside the program must not shadow libraries.
        subprocess.Popen(
            [sys.executable, "-P", str(_FFMPEG)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        try:
            yield _ffmpeg_source(process, data)
        finally:
            process.kill()


def _ffmpeg_source(process: subprocess.Popen[bytes], data: bytes) -> AudioSource:
    """Send the file and read what it is."""
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    # If the process ends before it has read everything, its answer will be missing.
    with contextlib.suppress(BrokenPipeError):
        stdin.write(data)
    with contextlib.suppress(BrokenPipeError):
        stdin.close()
    try:
        description: dict[str, Any] = json.loads(stdout.readline())
    except ValueError as error:
        raise AudioError(_TOO_MUCH) from error
    if problem := description.get("problem"):
        raise AudioError(_PROBLEMS[problem])
    blocks = _ffmpeg_blocks(process, stdout, description["channels"])
    return AudioSource(description["sample_rate"], description["frames"], blocks)


def _ffmpeg_blocks(process: subprocess.Popen[bytes], stdout: IO[bytes], channels: int) -> Iterator[Frames]:
    per_frame = channels * _BYTES_PER_SAMPLE
    n_frames = min(_BLOCK_FRAMES, max(1, _BLOCK_SAMPLES // channels))
    while block := stdout.read(n_frames * per_frame):
        whole = len(block) // per_frame * per_frame
        yield np.frombuffer(block[:whole], dtype=np.float32).reshape(-1, channels)
    if status := process.wait():
        raise AudioError(_DAMAGED if status > 0 else _TOO_MUCH)
