"""What the first bytes of a file say: its kind, which library reads it, and whether it is complete."""

from __future__ import annotations

import struct

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MThd", "a MIDI file, which holds notes but no sound"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)

_FOR_LIBSNDFILE = (b"RIFF", b"RIFX", b"RF64", b"FORM", b".snd", b"fLaC", b"OggS", b"ID3")

# Programs that write to a pipe cannot know the length and put one of these.
_UNKNOWN_SIZES = (0, 0x7FFFFFFF, 0xFFFFFFFF)
# Some writers count a padding byte or a trailing tag wrongly.
_SIZE_TOLERANCE = 1024


def foreign_format(data: bytes) -> str | None:
    """Return what a file is if it is well known and not audio, e.g. ``"a PDF document"``."""
    for magic, name in _FOREIGN:
        if data.startswith(magic):
            return name
    return None


def is_for_libsndfile(data: bytes) -> bool:
    """Say whether a file begins like WAV, AIFF, AU, FLAC, Ogg or MP3."""
    # An MPEG frame begins with eleven bits that are set; the two of its layer are not both 0, as AAC's are.
    is_mpeg = len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] & 0x06 != 0
    return is_mpeg or data.startswith(_FOR_LIBSNDFILE)


def claims_more_than_it_holds(data: bytes) -> bool:
    """Whether a WAV, AIFF or AU header announces more bytes than the file has.

    libsndfile reads such files without an error, as if they were shorter.
    """
    claimed = _claimed_bytes(data)
    return claimed is not None and claimed > len(data) + _SIZE_TOLERANCE


def _claimed_bytes(data: bytes) -> int | None:
    """Size of the whole file according to its header, or None where it states none."""
    if len(data) < 12:
        return None
    if data[:4] == b"RIFF":
        (size,) = struct.unpack_from("<I", data, 4)
        return None if size in _UNKNOWN_SIZES else size + 8
    if data[:4] == b"FORM":
        (size,) = struct.unpack_from(">I", data, 4)
        return None if size in _UNKNOWN_SIZES else size + 8
    if data[:4] == b".snd":
        offset, size = struct.unpack_from(">II", data, 4)
        return None if size in _UNKNOWN_SIZES else offset + size
    return None
