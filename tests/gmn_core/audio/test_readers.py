"""Block-wise reading."""

from __future__ import annotations

import io
import struct
import time

import numpy as np
import pytest
import soundfile

from gmn_core.audio import ffmpeg_process, readers
from gmn_core.audio.errors import AudioError
from gmn_core.audio.readers import open_audio
from tests.gmn_core.audio.test_decode import muxed, tone


def test_blocks_arrive_in_order_and_lazily() -> None:
    samples = np.random.default_rng(0).uniform(-0.9, 0.9, (200_000, 2)).astype(np.float32)
    file = io.BytesIO()
    soundfile.write(file, samples, 44_100, format="WAV", subtype="FLOAT")
    with open_audio(file.getvalue()) as source:
        assert (source.sample_rate, source.frames) == (44_100, 200_000)
        first = next(source.blocks)
        assert 0 < len(first) < 200_000
        read = np.concatenate([first, *source.blocks])
    np.testing.assert_array_equal(read, samples)


@pytest.mark.parametrize(
    "playlist",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"[playlist]\nFile1=/etc/hostname\n",
    ],
)
def test_playlists_that_name_other_files_are_refused(playlist: bytes) -> None:
    with pytest.raises(AudioError, match="not an audio file"), open_audio(playlist):
        pytest.fail("a playlist was opened")


def wav_coded_as(tag: int, n_bytes: int) -> bytes:
    """A WAV file of one-byte packets in the coding that a format tag names."""
    coding = struct.pack("<HHIIHHH", tag, 1, 8_000, 8_000, 1, 8, 0)
    audio = bytes(range(256)) * (n_bytes // 256)
    chunks = (b"fmt ", coding), (b"data", audio)
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def m4a_of_packets(n_packets: int) -> bytes:
    """An M4A file of one kilobyte whose tables promise any number of packets."""
    coding = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHHHI", 2, 16, 0, 0, 44_100 << 16)
    tables = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), box(b"alac", coding)),
        box(b"stts", struct.pack(">IIII", 0, 1, n_packets, 1024)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, n_packets, 1)),
        box(b"stsz", struct.pack(">III", 0, 1, n_packets)),
        box(b"stco", struct.pack(">III", 0, 1, 40)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", struct.pack(">IIIIII", 0, 0, 0, 44_100, 44_100, 0x55C40000)),
        box(b"hdlr", bytes(8), b"soun", bytes(13)),
        box(b"minf", box(b"smhd", bytes(8)), tables),
    )
    movie = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"tkhd", bytes(84)), media))
    return box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom") + movie + box(b"mdat", bytes(1_000))


@pytest.mark.parametrize("tag", [0x00, 0x11, 0x55, 0xFF])
def test_millions_of_tiny_packets_take_neither_memory_nor_time(tag: int) -> None:
    began = time.process_time()
    ffmpeg_process.decode(wav_coded_as(tag, 5_000_000), io.BytesIO())
    assert time.process_time() - began < 10


@pytest.mark.parametrize("tag", [0x1234, 0x161], ids=["unknown", "Windows Media"])
def test_a_coding_that_is_not_in_use_is_refused(tag: int) -> None:
    with pytest.raises(AudioError, match="coded in a way"), open_audio(wav_coded_as(tag, 50_000)):
        pytest.fail("it was opened")


def test_a_file_that_asks_for_gigabytes_ends_its_own_process_alone() -> None:
    with (
        pytest.raises(AudioError, match=r"cannot be read|cannot be decoded|memory or time"),
        open_audio(m4a_of_packets(80_000_000)),
    ):
        pytest.fail("it was opened")
    with open_audio(muxed(tone(), 22_050, "mp4", "aac")) as source:
        assert source.sample_rate == 22_050


def test_a_source_that_nobody_reads_to_its_end_leaves_no_process() -> None:
    data = muxed(tone(20), 22_050, "mp4", "aac")
    for _ in range(3):  # more than may run at once
        with open_audio(data) as source:
            assert len(next(source.blocks))


def test_what_libsndfile_takes_too_long_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.full(60 * 48_000, 8_000, dtype=np.int16), 48_000, format="FLAC")
    monkeypatch.setattr(readers, "_CPU_SECONDS", 0.001)
    with (
        pytest.raises(AudioError, match="too much memory or time"),
        open_audio(file.getvalue()) as source,
    ):
        list(source.blocks)
