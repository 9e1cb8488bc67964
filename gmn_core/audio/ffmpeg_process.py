"""The program that decodes one file with FFmpeg, in a process of its own (see `gmn_core.audio.ffmpeg`).

It reads the file from standard input and writes to standard output: a line of JSON that says what the
audio is, or why there is none, and then the samples. It imports nothing of the package, to start fast.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import av

MEMORY_LIMIT = 768 * 2**20
CPU_SECONDS = 10
BLOCK_FRAMES = 1 << 16
MAX_PACKETS = 500_000  # ten minutes have 240,000 of the smallest that a codec in use makes

# FFmpeg also opens playlists, which may name other files and addresses to read: only these may be tried.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,ogg,mp3,flac,wav,aiff,au"
OPTIONS = {
    "format_whitelist": FORMATS,
    # Packets are kept while FFmpeg finds out what a file is, and one of a byte takes half a kilobyte.
    "probesize": "500000",
}
# WAV, MP4 and Matroska can hold any of FFmpeg's hundred codings; these are the ones in use.
CODINGS = re.compile("aac|ac3|adpcm_(ima_wav|ms)|alac|eac3|flac|mp[123]|opus|pcm_.*|vorbis")
DAMAGED = 1  # exit status where decoding broke off


def main() -> int:
    """Decode standard input to standard output; the exit status is 0 if all of it could be decoded."""
    _limit_resources()
    return decode(sys.stdin.buffer.read(), sys.stdout.buffer)


def decode(data: bytes, out: BinaryIO) -> int:
    """Write what is heard in a file, and return the exit status.

    Parameters
    ----------
    data : bytes
        The file.
    out : binary file
        Gets a line of JSON with ``sample_rate`` (Hz), ``channels`` and ``frames`` (the length that the file
        states, or null), then interleaved native float32 samples; or a line with ``problem`` alone, which is
        ``"format"``, ``"silent video"``, ``"coding"`` or ``"damaged"``.
    """
    try:
        container = av.open(io.BytesIO(data), "r", options=OPTIONS)
    except (av.FFmpegError, ValueError, MemoryError):
        return _write(out, {"problem": "format"})
    with container:
        if not container.streams.audio:
            return _write(out, {"problem": "silent video"})
        stream = container.streams.audio[0]
        if not _is_known(stream):
            return _write(out, {"problem": "coding"})
        said = False
        try:
            for frame in _frames(container, stream):
                if not said:
                    _write(out, _description(container, stream, frame))
                    said = True
                channels = frame.layout.nb_channels
                # A plane may be longer than its samples.
                out.write(memoryview(frame.planes[0])[: frame.samples * channels * 4])
        except (av.FFmpegError, ValueError, MemoryError):
            return DAMAGED if said else _write(out, {"problem": "damaged"})
        return 0 if said else _write(out, {"problem": "damaged"})


def _is_known(stream: Any) -> bool:
    # PyAV's types do not say that a stream may have no decoder.
    context = stream.codec_context
    return context is not None and CODINGS.fullmatch(context.codec.canonical_name) is not None


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Yield the audio in packed float32 blocks."""
    packed = av.AudioResampler(format="flt", frame_size=BLOCK_FRAMES)
    for number, packet in enumerate(container.demux(stream)):
        if number > MAX_PACKETS:
            raise ValueError("too many packets")
        for frame in packet.decode():
            yield from packed.resample(frame)
    with contextlib.suppress(ValueError):  # raised where not one frame was decoded
        yield from packed.resample(None)


def _description(container: Any, stream: Any, frame: Any) -> dict[str, Any]:
    length = None
    # Only MP4 states its length; for the others FFmpeg guesses from the bit rate.
    if "mp4" in container.format.name and stream.duration and stream.time_base:
        length = round(stream.duration * stream.time_base * frame.sample_rate)
    return {"sample_rate": frame.sample_rate, "channels": frame.layout.nb_channels, "frames": length}


def _write(out: BinaryIO, message: dict[str, Any]) -> int:
    out.write(json.dumps(message).encode() + b"\n")
    return 0


def _limit_resources() -> None:
    """Let the system end this process if a file needs more memory or time than any genuine one."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limits
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):  # a stricter limit may stand already
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    sys.exit(main())
