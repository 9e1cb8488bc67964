"""Audio as the bytes of a file: WAV, Ogg Vorbis and MP3, the same bytes every time."""

from __future__ import annotations

import io
import struct
import zlib

from gmn_core.audio.errors import AudioError
from gmn_core.audio.sound import Sound

OGG_SERIAL = 0x474D4E00
OGG_HEADER = 27  # bytes of a page header before its table of segment lengths
# libsndfile's scale from 0 (worst) to 1. This gives about 180 kbit/s in stereo; at 0.5 enough treble is
# lost to lower the loudness by a tenth of a unit.
OGG_QUALITY = 0.7

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def encode(audio: Sound, suffix: str) -> bytes:
    """Return the audio as a file whose name ends in ``suffix``: "wav", "ogg" or "mp3".

    Raises
    ------
    AudioError
        If the ending is none of these.
    """
    encoders = {"wav": to_wav, "ogg": to_ogg, "mp3": to_mp3}
    if suffix.lower() not in encoders:
        raise AudioError(f"Audio can be written as {', '.join(encoders)}, not as “{suffix}”.")
    return encoders[suffix.lower()](audio)


def to_wav(audio: Sound) -> bytes:
    """Return the audio as a WAV file of 16-bit samples, without tags."""
    return _written(audio, "WAV", "PCM_16")


def to_ogg(audio: Sound) -> bytes:
    """Return the audio as an Ogg Vorbis file, without tags about its content.

    libsndfile draws the stream's serial number from the clock; a fixed one
    takes its place, so that equal audio gives equal bytes.
    """
    return with_serial(_written(audio, "OGG", "VORBIS"), OGG_SERIAL)


def to_mp3(audio: Sound) -> bytes:
    """Return the audio as an MP3 file, without tags: what every phone can play."""
    return _written(audio, "MP3", "MPEG_LAYER_III")


def with_serial(ogg: bytes, serial: int) -> bytes:
    """Return an Ogg file of one stream with another serial number.

    Parameters
    ----------
    ogg : bytes
        Pages as RFC 3533 has them; their checksums are set anew.
    serial : int
        Any number of 32 bits.

    Raises
    ------
    ValueError
        If the bytes are not a sequence of whole Ogg pages.
    """
    pages = bytearray(ogg)
    start = 0
    while start < len(pages):
        segments = start + OGG_HEADER
        if pages[start : start + 4] != b"OggS" or segments > len(pages):
            raise ValueError(f"no Ogg page at byte {start}")
        body = segments + pages[segments - 1]
        end = body + sum(pages[segments:body])
        if end > len(pages):
            raise ValueError(f"the Ogg page at byte {start} is cut off")
        struct.pack_into("<I", pages, start + 14, serial)
        struct.pack_into("<I", pages, start + 22, 0)
        struct.pack_into("<I", pages, start + 22, _ogg_checksum(pages[start:end]))
        start = end
    return bytes(pages)


def _ogg_checksum(page: bytearray) -> int:
    """Return the CRC of RFC 3533: zlib's polynomial, with neither reflection nor inversion.

    zlib takes the bits of each byte in the opposite order; reversing them
    before, and those of the result after, gives the one from the other.
    """
    reflected = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reflected:032b}"[::-1], 2)


def _written(audio: Sound, container: str, subtype: str) -> bytes:
    import soundfile

    file = io.BytesIO()
    channels = 1 if audio.samples.ndim == 1 else audio.samples.shape[1]
    level = {"compression_level": 1 - OGG_QUALITY} if subtype == "VORBIS" else {}
    with soundfile.SoundFile(
        file, "w", audio.sample_rate, channels, format=container, subtype=subtype, **level
    ) as sound:
        # By the second: libsndfile's Vorbis encoder takes all that it is given onto the stack,
        # and a minute or two of it end the process.
        for start in range(0, len(audio.samples), audio.sample_rate):
            sound.write(audio.samples[start : start + audio.sample_rate])
    return file.getvalue()
