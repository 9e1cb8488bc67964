"""Audio files, for Classify and for a study's samples."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import av
import numpy as np
import soundfile

from gmn_core.audio import decode as decoding
from gmn_core.audio import ffmpeg_process, readers
from gmn_core.audio.decode import decode, decode_stereo
from gmn_core.audio.encoding import OGG_SERIAL, with_serial
from gmn_core.audio.errors import AudioError
from survey_db.errors import SurveyError
from survey_db.running.media import inspect_audio
from tests.fuzz.mutation import mutated

OWN_PROCESS = 100  # FFmpeg decodes one file in so many in a process of its own, as the app has it do with all
STEREO = 7  # one in so many is read in stereo too
MEASURED = 5  # one in so many is measured as a sample that somebody brings to a study

_RATE = 8_000
_CODINGS = (0, 1, 2, 3, 6, 7, 0x11, 0x31, 0x50, 0x55, 0xFF, 0x161, 0x6771, 0xF1AC, 0xFFFE)
_as_in_the_app = readers._open_with_ffmpeg


def _wave() -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(1.1 * _RATE)) / _RATE)).astype(np.float32)


def _written(kind: str, coding: str | None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, _wave(), _RATE, format=kind, subtype=coding)
    return file.getvalue()


def _muxed(kind: str, codec: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as output:
        stream = output.add_stream(codec, rate=_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(_wave()[None], format="fltp", layout="mono")
        frame.sample_rate = _RATE
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


_FILES = tuple(
    _written(*form)
    for form in (
        ("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "FLOAT"), ("WAV", "ULAW"), ("WAV", "IMA_ADPCM"),
        ("WAV", "MS_ADPCM"), ("WAV", "GSM610"), ("WAVEX", "PCM_16"), ("RF64", "PCM_16"), ("AIFF", "PCM_16"),
        ("AIFF", "FLOAT"), ("AU", "PCM_16"), ("FLAC", None), ("MP3", None), ("OGG", "VORBIS"),
        ("OGG", "OPUS"),
    )
) + tuple(
    _muxed(*form)
    for form in (
        ("mp4", "aac"), ("mp4", "alac"), ("adts", "aac"), ("webm", "libopus"), ("matroska", "pcm_s16le"),
    )
)  # fmt: skip


def make(rng: np.random.Generator) -> bytes:
    """Return a file that is damaged, or one whose header claims anything."""
    kind = rng.random()
    if kind < 0.1:
        return _wav(rng)
    if kind < 0.2:
        return mutated(rng, _m4a(rng)) if rng.random() < 0.3 else _m4a(rng)
    broken = mutated(rng, _FILES[rng.integers(len(_FILES))], _FILES)
    if broken.startswith(b"OggS") and rng.random() < 0.8:
        try:
            return with_serial(broken, OGG_SERIAL)  # with right checksums, without which nothing is looked at
        except ValueError:
            pass
    return broken


def consume(data: bytes) -> str:
    """Decode a file, and measure it as a study's sample."""
    seed = sum(data[:4096]) + len(data)
    if seed % MEASURED == 0:
        with suppress(SurveyError):
            inspect_audio(data)
    readers._open_with_ffmpeg = _as_in_the_app if seed % OWN_PROCESS == 0 else _in_this_process
    try:
        clip = decode(data).clip
    except AudioError:
        return "refused"
    if not np.isfinite(clip.samples).all() or np.abs(clip.samples).max() > 1:
        raise ValueError("samples beyond [-1, 1]")
    if not decoding.MIN_SECONDS <= clip.seconds <= decoding.MAX_SECONDS:
        raise ValueError(f"{clip.seconds} seconds")
    if seed % STEREO == 0:
        try:
            decode_stereo(data, 30)
        except AudioError:
            return "mono only"
    return "decoded"


@contextmanager
def _in_this_process(data: bytes) -> Iterator[readers.AudioSource]:
    """Let FFmpeg decode without a process of its own, which would take a tenth of a second each time."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as status:  # noqa: PTH123 - the fuzzer's own
        held = int(status.read().split()[0]) * os.sysconf("SC_PAGESIZE")
    output = _Pipe()
    resource.setrlimit(resource.RLIMIT_AS, (held + ffmpeg_process.MEMORY_LIMIT, hard))
    try:
        status_code = ffmpeg_process.decode(data, output)
    except BrokenPipeError:
        status_code = 0
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    yield readers._ffmpeg_source(_Ended(output, status_code), b"")  # type: ignore[arg-type]  # as good as a process


class _Pipe(io.BytesIO):
    """A pipe that its reader closes when it has had enough."""

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        if self.tell() > 300 * 2**20:
            raise BrokenPipeError
        return super().write(data)


class _Ended:
    """A process that has ended."""

    def __init__(self, output: _Pipe, status: int) -> None:
        output.seek(0)
        self.stdin, self.stdout, self._status = io.BytesIO(), output, status

    def wait(self) -> int:
        return self._status


def _wav(rng: np.random.Generator) -> bytes:
    """Return a WAV file of any coding, with any numbers in its header."""
    small = (0, 1, 2, 3, 8, 16, 64, 255, 1024, 65_535)
    channels, align, bits = (int(rng.choice(small)) for _ in range(3))
    rate, per_second = (int(rng.choice((0, 1, 8_000, 44_100, 768_000, 2**31, 2**32 - 1))) for _ in range(2))
    if rng.random() < 0.5:
        channels, align, bits, rate = (
            1,
            int(rng.choice((1, 2, 32, 256))),
            int(rng.choice((4, 8, 16, 32))),
            8_000,
        )
    extra = rng.bytes(int(rng.integers(0, 40)))
    coding = struct.pack("<HHIIHH", int(rng.choice(_CODINGS)), channels, rate, per_second, align, bits)
    size = int(2 ** rng.uniform(8, 16 if rng.random() < 0.95 else 22))
    audio = rng.bytes(min(size, 4096)) * (size // 4096 + 1)
    chunks = [(b"fmt ", coding + struct.pack("<H", len(extra)) + extra), (b"data", audio)]
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _m4a(rng: np.random.Generator) -> bytes:
    """Return an M4A file of a kilobyte whose tables promise any number of packets."""

    def box(name: bytes, *parts: bytes) -> bytes:
        content = b"".join(parts)
        return struct.pack(">I", 8 + len(content)) + name + content

    def number() -> int:
        return int(2 ** rng.uniform(0, 32)) if rng.random() < 0.5 else int(rng.choice((0, 1, 2, 40, 1024)))

    count = number()
    rate = int(rng.choice((8_000, 44_100, 0, 65_535)))
    kind = bytes(rng.choice((b"mp4a", b"alac", b"sowt", b"Opus", b"fLaC", b"ac-3", b".mp3")))
    coding = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHHHI", number() % 65_536, 16, 0, 0, rate << 16)
    tables = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), box(kind, coding, rng.bytes(int(rng.integers(0, 60))))),
        box(b"stts", struct.pack(">IIII", 0, 1, count, number())),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, number(), 1)),
        box(b"stsz", struct.pack(">III", 0, number(), count)),
        box(b"stco", struct.pack(">III", 0, 1, 40)),
    )
    times = struct.pack(">IIIIII", 0, 0, 0, number(), number(), 0x55C40000)
    handler = box(b"hdlr", bytes(8), b"soun", bytes(13))
    media = box(b"mdia", box(b"mdhd", times), handler, box(b"minf", box(b"smhd", bytes(8)), tables))
    movie = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"tkhd", bytes(84)), media))
    return box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom") + movie + box(b"mdat", rng.bytes(1_000))
