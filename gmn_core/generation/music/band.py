"""The band: a piece of music in a handful of roles, and its form as a MIDI file.

A band has one tempo and a fixed set of roles. Times are MIDI ticks, `TICKS_PER_BEAT` to the quarter note,
so that a beat can be halved, quartered and cut into three.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mido

TICKS_PER_BEAT = 480
DRUM_CHANNEL = 9
KEY_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
MINOR_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B")
# How the MIDI key signature spells the same twelve tonics.
_MAJOR_SIGNATURES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_SIGNATURES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


Marks = tuple[tuple[int, str], ...]


class Role(StrEnum):
    """What a player does in the band; the order is the order in which a step is decided.

    Examples
    --------
    >>> [role.value for role in gmn_core.Role]
    ['drums', 'bass', 'chords', 'pad', 'lead', 'second']
    """

    DRUMS = "drums"
    BASS = "bass"
    CHORDS = "chords"
    PAD = "pad"
    LEAD = "lead"
    SECOND = "second"

    @property
    def display_name(self) -> str:
        """The name as it is shown to people, e.g. ``"Second voice"``."""
        return "Second voice" if self is Role.SECOND else self.value.capitalize()


ROLES: tuple[Role, ...] = tuple(Role)
PITCHED_ROLES: tuple[Role, ...] = ROLES[1:]


@dataclass(frozen=True, order=True, slots=True)
class Note:
    """One note or drum hit.

    Parameters
    ----------
    onset, duration : int
        In ticks; the duration is at least 1.
    pitch : int
        MIDI note number, 0 to 127; for drums the General MIDI drum sound.
    velocity : int
        1 to 127.

    See Also
    --------
    Band : Notes in roles, with a tempo and a key.

    Examples
    --------
    A quarter note of middle C on the first beat:

    >>> gmn_core.Note(onset=0, pitch=60, duration=480, velocity=80)
    Note(onset=0, pitch=60, duration=480, velocity=80)
    """

    onset: int
    pitch: int
    duration: int
    velocity: int


def until_struck_again(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return one player's notes in order, each ending at the latest where its pitch is struck again."""
    later: dict[int, int] = {}
    found = []
    for note in sorted(notes, reverse=True):
        until = later.get(note.pitch, note.onset + note.duration)
        found.append(replace(note, duration=max(min(note.duration, until - note.onset), 1)))
        later[note.pitch] = note.onset
    return tuple(reversed(found))


@dataclass(frozen=True)
class Band:
    """A piece of band music.

    Parameters
    ----------
    tempo : float
        Quarter notes per minute.
    beats_per_bar : int
        Quarter notes in a bar: 3 or 4.
    steps_per_beat : int
        Grid of the piece: 4 for straight sixteenths, 6 where beats are cut
        into three (triplets, swing and shuffle).
    tonic : int
        Pitch class of the key, 0 (C) to 11 (B).
    minor : bool
        Whether the key is a minor one.
    programs : mapping of Role to int
        General MIDI program (0 to 127) of each role that takes part; for the
        drums the program of the kit.
    notes : mapping of Role to tuple of Note
        Each role's notes in order of onset. Its keys are those of `programs`.
    length : int
        End of the piece in ticks, the ring-out of the last notes included.
    join : int
        Where the generator's own music begins after an opening that it
        continues, in ticks; 0 where there is no opening.
    sections, chords : tuple of (int, str)
        When each section and each chord begins, in ticks, and its name; empty
        where nobody has said.

    See Also
    --------
    generate : Compose one.
    gmn_core.figures.piano_roll : Look at one.

    Examples
    --------
    >>> lead, note = gmn_core.Role.LEAD, gmn_core.Note(0, 60, 480, 80)
    >>> band = gmn_core.Band(
    ...     tempo=120, beats_per_bar=4, steps_per_beat=4, tonic=0, minor=False,
    ...     programs={lead: 0}, notes={lead: (note,)}, length=4 * 480,
    ... )
    >>> band.key_name, band.seconds, band.to_midi()[:4]
    ('C major', 2.0, b'MThd')
    """

    tempo: float
    beats_per_bar: int
    steps_per_beat: int
    tonic: int
    minor: bool
    programs: Mapping[Role, int]
    notes: Mapping[Role, tuple[Note, ...]]
    length: int
    join: int = 0
    sections: Marks = ()
    chords: Marks = ()

    def __post_init__(self) -> None:
        if set(self.programs) != set(self.notes):
            raise ValueError("a band's programs and notes must name the same roles")

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that take part, in their fixed order."""
        return tuple(role for role in ROLES if role in self.notes)

    @property
    def bar_ticks(self) -> int:
        """Ticks of a bar."""
        return self.beats_per_bar * TICKS_PER_BEAT

    @property
    def key_name(self) -> str:
        """The key as it is shown to people, e.g. ``"E♭ minor"``."""
        return f"{MINOR_NAMES[self.tonic]} minor" if self.minor else f"{KEY_NAMES[self.tonic]} major"

    @property
    def seconds(self) -> float:
        """Length in seconds, the ring-out of the last notes included."""
        return self.in_seconds(self.length)

    def in_seconds(self, ticks: int) -> float:
        """Return the time of a tick in seconds."""
        return ticks / TICKS_PER_BEAT * 60.0 / self.tempo

    def played(self) -> Iterator[tuple[Role, Note]]:
        """Yield every note with its role: role by role, each in order of onset."""
        for role in self.roles:
            for note in self.notes[role]:
                yield role, note

    def to_midi(self) -> bytes:
        """Return the band as a standard MIDI file (format 1), the same bytes each time.

        Each role is a track named after it, on a separate channel (drums on
        channel 10). Every track ends at the end of the piece, so that the file
        is as long as the band.
        """
        import mido

        conductor = mido.MidiTrack(
            [
                mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(self.tempo)),
                mido.MetaMessage("time_signature", numerator=self.beats_per_bar, denominator=4),
                mido.MetaMessage("key_signature", key=self._signature()),
                mido.MetaMessage("end_of_track", time=self.length),
            ]
        )
        tracks = [conductor, *(self._track(role) for role in self.roles)]
        file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, tracks=tracks)
        buffer = io.BytesIO()
        file.save(file=buffer)
        return buffer.getvalue()

    def _signature(self) -> str:
        return (_MINOR_SIGNATURES if self.minor else _MAJOR_SIGNATURES)[self.tonic]

    def _track(self, role: Role) -> mido.MidiTrack:
        import mido

        channel = DRUM_CHANNEL if role is Role.DRUMS else PITCHED_ROLES.index(role)
        # At one tick a note ends before the next begins; else a repeated pitch would be cut at once.
        events = sorted(
            event
            for note in self.notes[role]
            for event in (
                (note.onset, 1, note.pitch, note.velocity),
                (note.onset + note.duration, 0, note.pitch, 0),
            )
        )
        track = mido.MidiTrack(
            [
                mido.MetaMessage("track_name", name=role.value),
                mido.Message("program_change", channel=channel, program=self.programs[role]),
            ]
        )
        now = 0
        for tick, starts, pitch, velocity in events:
            kind = "note_on" if starts else "note_off"
            track.append(mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=tick - now))
            now = tick
        track.append(mido.MetaMessage("end_of_track", time=max(0, self.length - now)))
        return track
