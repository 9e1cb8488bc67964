"""Standard MIDI files, read within bounds: the one place where MIDI from outside enters.

Every byte is walked here, in plain Python, and counted on the way: a file of a few hundred bytes can
claim tempos, lengths and metres that would keep a trusting reader busy for hours. What comes out is
as small as the bounds allow.

References
----------
MIDI Association, "Standard MIDI Files 1.0" (RP-001, 1996).
"""

from __future__ import annotations

import struct
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import DRUM_CHANNEL
from gmn_core.generation.request import GenerationError

MAX_BYTES = 2**20
MAX_SECONDS = 1200.0
MAX_TRACKS = 256
MAX_NOTES = 100_000
MAX_TEMPO = 1000.0  # quarter notes per minute; the slowest that a file can name is 3.6
MAX_NUMERATOR, MAX_DENOMINATOR = 128, 64
DEFAULT_TEMPO = 500_000  # microseconds per quarter note, where a file says nothing

# Kinds of channel message: the upper four bits of their status byte; the lower four are the channel.
NOTE_OFF, NOTE_ON, PROGRAM = 0x8, 0x9, 0xC

# Track name, end of track, tempo and metre among the meta events.
_NAME, _END, _TEMPO, _METRE = 0x03, 0x2F, 0x51, 0x58
_META, _SYSEX = 0xFF, (0xF0, 0xF7)
_MICROSECONDS = 60_000_000
_MAX_NAME = 128
_ENDLESS = -1

Message = tuple[int, int, int, int]
"""A channel message: tick, status byte and two data bytes, the second 0 where the kind has one only."""

Notes = npt.NDArray[np.int64]
"""One row per note, with the columns that follow."""

ONSET, PITCH, DURATION, VELOCITY = range(4)


class Metre(NamedTuple):
    """A time signature from a tick on."""

    tick: int
    numerator: int
    denominator: int


class Tempo(NamedTuple):
    """A tempo from a tick on, in microseconds per quarter note."""

    tick: int
    microseconds: int

    @property
    def per_minute(self) -> float:
        """Quarter notes per minute."""
        return _MICROSECONDS / self.microseconds


@dataclass(frozen=True)
class MidiTrack:
    """One track: its name and its channel messages in order."""

    name: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """What one instrument of a track plays.

    Parameters
    ----------
    name : str
        The track's.
    program : int
        General MIDI program, 0 to 127; on the drum channel that of the kit.
    is_drum : bool
        Whether it plays on the drum channel.
    notes : ndarray of int64, shape (n_notes, 4)
        Onset, pitch, duration and velocity, in the order in which they are struck; times in the file's ticks.
    """

    name: str
    program: int
    is_drum: bool
    notes: Notes


@dataclass(frozen=True)
class MidiFile:
    """A MIDI file within the bounds.

    Parameters
    ----------
    ticks_per_beat : int
        Ticks per quarter note.
    tracks : tuple of MidiTrack
        In the order of the file.
    tempos, metres : tuple
        The changes of all tracks, in order of time.
    length : int
        The last event of any track, in ticks.
    """

    ticks_per_beat: int
    tracks: tuple[MidiTrack, ...]
    tempos: tuple[Tempo, ...]
    metres: tuple[Metre, ...]
    length: int

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        total, since, tempo = 0, 0, DEFAULT_TEMPO
        for tick, microseconds in self.tempos:
            total += (tick - since) * tempo
            since, tempo = tick, microseconds
        return (total + (self.length - since) * tempo) / self.ticks_per_beat / 1e6

    def parts(self) -> list[Part]:
        """Return the notes by track, channel and program, in this order.

        A note-off ends the note of its pitch that has sounded longest; notes
        that nothing ends are left out.
        """
        return [part for track in self.tracks for part in _parts(track)]


def as_bytes(message: Message) -> bytes:
    """Return a channel message as it stands in a file, without its time."""
    _, status, first, second = message
    return bytes((status, first) if 0xC0 <= status < 0xE0 else (status, first, second))


def read_midi(data: bytes) -> MidiFile:
    """Read a standard MIDI file of format 0 or 1.

    Parameters
    ----------
    data : bytes
        The file, from any source.

    Returns
    -------
    MidiFile
        At most twenty minutes and `MAX_NOTES` notes.

    Raises
    ------
    GenerationError
        If it is no MIDI file, cut off, damaged or beyond a bound; the
        message is one sentence.
    """
    if len(data) > MAX_BYTES:
        raise _refusal(f"is larger than {MAX_BYTES / 2**20:g} MB")
    if len(data) < 14 or data[:4] != b"MThd":
        raise GenerationError("This is not a MIDI file.")
    header_length, form, n_tracks, division = struct.unpack_from(">IHHH", data, 4)
    if header_length < 6 or form > 2:
        raise _refusal("is damaged: its header cannot be read")
    if form == 2:
        raise _refusal("holds several pieces; save them one by one")
    if division >= 1 << 15:
        raise _refusal("counts film frames instead of beats")
    if not division:
        raise _refusal("is damaged: it divides a beat into no ticks")
    if n_tracks > MAX_TRACKS:
        raise _refusal(f"has {n_tracks} tracks, where {MAX_TRACKS} are allowed")
    reader = _Reader()
    tracks = tuple(reader.track(chunk) for chunk in _track_chunks(data, 8 + header_length, n_tracks))
    reader.tempos.sort(key=lambda tempo: tempo.tick)
    reader.metres.sort(key=lambda metre: metre.tick)
    file = MidiFile(division, tracks, tuple(reader.tempos), tuple(reader.metres), reader.length)
    if file.seconds > MAX_SECONDS:
        raise _refusal(f"is damaged or longer than {MAX_SECONDS / 60:.0f} minutes")
    return file


def _track_chunks(data: bytes, start: int, n_tracks: int) -> Iterator[bytes]:
    """Yield the content of as many track chunks as the header promises; what follows them is no music."""
    found = 0
    while found < n_tracks:
        if start + 8 > len(data):
            raise _refusal("is cut off")
        kind, length = struct.unpack_from(">4sI", data, start)
        start += 8
        if kind == b"MTrk":
            if start + length > len(data):
                raise _refusal("is cut off")
            yield data[start : start + length]
            found += 1
        start += length


class _Reader:
    """Walks track after track and keeps count."""

    def __init__(self) -> None:
        self.tempos: list[Tempo] = []
        self.metres: list[Metre] = []
        self.length = 0
        self._n_notes = 0

    def track(self, chunk: bytes) -> MidiTrack:
        """Read one track."""
        try:
            return self._walk(chunk)
        except IndexError as error:
            raise _refusal("is damaged: a track ends in the middle of an event") from error

    def _walk(self, chunk: bytes) -> MidiTrack:
        name, messages = "", []
        tick = place = status = 0
        n_bytes = len(chunk)
        while place < n_bytes:
            if chunk[place] < 0x80:  # as nearly all are
                tick += chunk[place]
                place += 1
            else:
                delta, place = _number(chunk, place)
                tick += delta
            byte = chunk[place]
            if byte < 0xF0:
                # Running status: the last one goes on, in practice after a meta event too.
                if byte & 0x80:
                    status = byte
                    place += 1
                if 0xC0 <= status < 0xE0:
                    first, second = chunk[place], 0
                    place += 1
                else:
                    first, second = chunk[place], chunk[place + 1]
                    place += 2
                if not status or (first | second) & 0x80:
                    raise _refusal("is damaged: it holds bytes that are no events")
                messages.append((tick, status, first, second))
                continue
            kind = chunk[place + 1] if byte == _META else None
            if kind is None and byte not in _SYSEX:
                raise _refusal("is damaged: it holds bytes that are no events")
            length, place = _number(chunk, place + (1 if kind is None else 2))
            if place + length > len(chunk):
                raise IndexError
            body = chunk[place : place + length]
            place += length
            if kind == _NAME:
                name = body[:_MAX_NAME].decode("latin-1")
            elif kind == _TEMPO:
                self.tempos.append(_tempo(tick, body))
            elif kind == _METRE:
                self.metres.append(_metre(tick, body))
            elif kind == _END:
                break
        self._n_notes += sum(1 for _, status, _, velocity in messages if status >> 4 == NOTE_ON and velocity)
        if self._n_notes > MAX_NOTES:
            raise _refusal(f"has more than {MAX_NOTES:,} notes")
        self.length = max(self.length, tick)
        return MidiTrack(name, tuple(messages))


def _number(chunk: bytes, place: int) -> tuple[int, int]:
    """Return a number of up to four bytes, seven bits in each, and where it ends."""
    number = 0
    for position in range(place, place + 4):
        byte = chunk[position]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, position + 1
    raise _refusal("is damaged: a time in it has no end")


def _tempo(tick: int, body: bytes) -> Tempo:
    tempo = Tempo(tick, int.from_bytes(body[:3], "big"))
    if tempo.microseconds * MAX_TEMPO < _MICROSECONDS:
        raise _refusal(f"has a tempo beyond {MAX_TEMPO:,.0f} beats per minute")
    return tempo


def _metre(tick: int, body: bytes) -> Metre:
    metre = Metre(tick, body[0], 1 << min(body[1], 15))
    if not metre.numerator or metre.numerator > MAX_NUMERATOR or metre.denominator > MAX_DENOMINATOR:
        raise _refusal(f"has a metre beyond {MAX_NUMERATOR}/{MAX_DENOMINATOR}")
    return metre


def _parts(track: MidiTrack) -> Iterator[Part]:
    programs = [0] * 16
    # Notes by channel and the program with which they began; those that sound, by channel and pitch.
    notes: dict[tuple[int, int], list[list[int]]] = defaultdict(list)
    sounding: dict[tuple[int, int], deque[list[int]]] = defaultdict(deque)
    for tick, status, first, second in track.messages:
        kind, channel = status >> 4, status & 0x0F
        if kind == PROGRAM:
            programs[channel] = first
        elif kind == NOTE_ON and second:
            note = [tick, first, _ENDLESS, second]
            notes[channel, programs[channel]].append(note)
            sounding[channel, first].append(note)
        elif kind in (NOTE_ON, NOTE_OFF) and (begun := sounding[channel, first]):
            ended = begun.popleft()
            ended[DURATION] = tick - ended[ONSET]
    for (channel, program), struck in sorted(notes.items()):
        if ended_notes := [note for note in struck if note[DURATION] != _ENDLESS]:
            yield Part(track.name, program, channel == DRUM_CHANNEL, np.array(ended_notes, np.int64))


def _refusal(fault: str) -> GenerationError:
    return GenerationError(f"This MIDI file {fault}.")
