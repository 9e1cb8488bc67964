"""Casting: reducing the parts of any MIDI file to the roles of a band.

One part leads each role; parts left over step in for a role of their kind in the bars where it rests.
A file of one or two parts (a piano piece) is split into voices instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, ROLES, TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.music.grid import find_steps_per_beat
from gmn_core.generation.music.key import find_key
from gmn_core.generation.music.midi import DURATION, ONSET, PITCH, MidiFile, Notes, Part, read_midi
from gmn_core.generation.music.parts import role_named
from gmn_core.generation.request import GenerationError

_BASS_PROGRAMS = range(32, 40)
_FIRST_EFFECT_PROGRAM = 120  # helicopters and gunshots are no part of a band
_MOST_PARTS = 64  # the smallest of more are left out: each is compared with all larger ones
_LOW_PART = 50  # mean pitch below which a melodic part is a bass
_CHORDAL = 1.5  # notes struck together, on average, from which a part plays chords
_TOGETHER = TICKS_PER_BEAT // 24  # onsets closer than this are one stroke
_MELODY_WORDS = ("melod", "vocal", "vox", "voice", "lead", "sing", "solo")
_MIDDLE_C = 60


@dataclass(frozen=True, eq=False)
class _Part:
    """The notes of one instrument of the file."""

    name: str
    program: int
    notes: Notes

    @cached_property
    def strikes(self) -> set[tuple[int, int]]:
        """Every sixteenth in which the part strikes, with the pitch."""
        sixteenths = self.notes[:, ONSET] // (TICKS_PER_BEAT // 4)
        return set(zip(sixteenths.tolist(), self.notes[:, PITCH].tolist(), strict=True))

    @property
    def strokes(self) -> int:
        """Number of distinct onsets."""
        return 1 + int(np.count_nonzero(np.diff(self.notes[:, ONSET]) > _TOGETHER))

    @property
    def chordal(self) -> bool:
        return len(self.notes) / self.strokes >= _CHORDAL

    @property
    def low(self) -> bool:
        named = self.program in _BASS_PROGRAMS
        return named or (not self.chordal and float(np.mean(self.notes[:, PITCH])) < _LOW_PART)

    @property
    def tunefulness(self) -> float:
        """How likely the part is the tune, among melodic parts."""
        named = any(word in self.name.lower() for word in _MELODY_WORDS)
        high = float(np.mean(self.notes[:, PITCH])) >= _MIDDLE_C
        return self.strokes * (3.0 if named else 1.0) * (1.5 if high else 1.0)


def band_from_midi(data: bytes) -> Band:
    """Reduce any MIDI file to a band.

    Parameters
    ----------
    data : bytes
        A standard MIDI file, of a band or of any other music.

    Returns
    -------
    Band
        The file's parts cast in the band's roles, times as played.

    Raises
    ------
    GenerationError
        If `read_midi` refuses the file, or it holds no notes.
    """
    file = read_midi(data)
    played = file.parts()
    beats_per_bar, shift = _metre(file, played)
    bar = beats_per_bar * TICKS_PER_BEAT
    parts, drums = _parts(played, file.ticks_per_beat, shift)
    roles = _cast(parts, bar)
    if len(drums.notes):
        roles[Role.DRUMS] = drums
    if not roles:
        raise GenerationError("The MIDI file holds no notes.")
    notes = {role: roles[role].notes for role in ROLES if role in roles}
    tonic, minor = find_key([notes[role] for role in notes if role is not Role.DRUMS])
    end = max(int(np.max(rows[:, ONSET] + rows[:, DURATION])) for rows in notes.values())
    return Band(
        tempo=_tempo(file, end),
        beats_per_bar=beats_per_bar,
        steps_per_beat=find_steps_per_beat(np.concatenate([rows[:, ONSET] for rows in notes.values()])),
        tonic=tonic,
        minor=minor,
        programs={role: roles[role].program for role in notes},
        notes={role: as_notes(rows) for role, rows in notes.items()},
        length=end,
    )


def as_notes(rows: Notes) -> tuple[Note, ...]:
    """Return rows of onset, pitch, duration and velocity as notes in order."""
    return tuple(sorted(Note(*row) for row in rows.tolist()))


def _metre(file: MidiFile, played: Sequence[Part]) -> tuple[int, int]:
    """Return quarter notes per bar (3 or 4) and how far to shift the music onto its bar lines."""
    if not file.metres:
        return 4, 0
    ends = [int(np.max(part.notes[:, ONSET] + part.notes[:, DURATION])) for part in played]
    spans = np.diff([*(metre.tick for metre in file.metres), max(file.metres[-1].tick, *ends, 0)])
    longest = file.metres[int(np.argmax(spans))]
    quarters = longest.numerator * 4 / longest.denominator
    beats = 3 if quarters % 3 == 0 else 4
    bar = beats * TICKS_PER_BEAT
    return beats, -round(longest.tick * TICKS_PER_BEAT / file.ticks_per_beat) % bar


def _tempo(file: MidiFile, end: int) -> float:
    """Return the tempo that lasts longest, in quarter notes per minute."""
    if not file.tempos:
        return 120.0
    times = [tempo.tick * TICKS_PER_BEAT / file.ticks_per_beat for tempo in file.tempos]
    spans = np.diff([*times, max(end, times[-1])])
    tempos = np.array([tempo.per_minute for tempo in file.tempos])
    order = np.argsort(tempos, kind="stable")
    half = np.searchsorted(np.cumsum(spans[order]), spans.sum() / 2)
    return float(tempos[order[min(half, len(order) - 1)]])


def _parts(played: Sequence[Part], ticks_per_beat: int, shift: int) -> tuple[list[_Part], _Part]:
    """Return the pitched parts, without doubles, largest first, and the drums."""
    pitched: list[_Part] = []
    drums, kit = [np.empty((0, 4), np.int64)], 0
    for source in played:
        rows = _rows(source.notes, ticks_per_beat, shift)
        if source.is_drum:
            drums.append(rows)
            kit = kit or source.program
        elif source.program < _FIRST_EFFECT_PROGRAM:
            pitched.append(_Part(source.name.strip("\0 \n"), source.program, rows))
    pitched.sort(key=lambda part: -len(part.notes))
    distinct: list[_Part] = []
    for part in pitched[:_MOST_PARTS]:
        if not any(_doubles(part, other) for other in distinct):
            distinct.append(part)
    hits = np.concatenate(drums)
    return distinct, _Part("drums", kit, hits[np.lexsort((hits[:, PITCH], hits[:, ONSET]))])


def _rows(notes: Notes, ticks_per_beat: int, shift: int) -> Notes:
    """Return notes in the band's ticks, shifted, in order of onset and pitch."""
    scale = TICKS_PER_BEAT / ticks_per_beat
    rows = notes.copy()
    rows[:, ONSET] = np.rint(notes[:, ONSET] * scale).astype(np.int64) + shift
    ends = np.rint((notes[:, ONSET] + notes[:, DURATION]) * scale).astype(np.int64) + shift
    rows[:, DURATION] = np.maximum(ends - rows[:, ONSET], 1)
    return rows[np.lexsort((rows[:, PITCH], rows[:, ONSET]))]


def _doubles(part: _Part, other: _Part) -> bool:
    """Say whether a part mostly strikes what the other strikes too."""
    return len(part.strikes & other.strikes) > 0.8 * len(part.strikes)


def _cast(parts: list[_Part], bar: int) -> dict[Role, _Part]:
    by_role = {role_named(part.name): part for part in parts}
    named = {role: by_role[role] for role in PITCHED_ROLES if role in by_role}
    if len(named) == len(parts):
        return named
    if len(parts) <= 2 and not any(part.low for part in parts):
        return _voices(parts)
    roles = _leaders(list(parts))
    led = {id(part) for part in roles.values()}
    return _with_stand_ins(roles, [part for part in parts if id(part) not in led], bar)


def _leaders(parts: list[_Part]) -> dict[Role, _Part]:
    """Give each role its part; takes the parts, largest first, and empties the list as it casts."""
    roles: dict[Role, _Part] = {}

    def take(role: Role, part: _Part) -> None:
        roles[role] = part
        parts.remove(part)

    low = [part for part in parts if part.low]
    if low:
        take(Role.BASS, max(low, key=lambda part: (part.program in _BASS_PROGRAMS, len(part.notes))))
    melodic = [part for part in parts if not part.chordal and not part.low]
    for role, part in zip(
        (Role.LEAD, Role.SECOND), sorted(melodic, key=lambda part: -part.tunefulness), strict=False
    ):
        take(role, part)
    chordal = [part for part in parts if part.chordal]
    if chordal:
        take(Role.CHORDS, chordal[0])
    if len(chordal) > 1:
        # Of the next two the one with the longer notes is the pad.
        take(Role.PAD, max(chordal[1:3], key=lambda part: float(np.mean(part.notes[:, DURATION]))))
    for role in (Role.LEAD, Role.CHORDS, Role.SECOND, Role.PAD):
        if role not in roles and parts:
            take(role, parts[0])
    return roles


def _with_stand_ins(roles: dict[Role, _Part], rest: list[_Part], bar: int) -> dict[Role, _Part]:
    """Let the parts left over play in the bars where a role of their kind rests."""
    busy = {role: set((part.notes[:, ONSET] // bar).tolist()) for role, part in roles.items()}
    rows = {role: [part.notes] for role, part in roles.items()}
    for part in rest:
        bars = part.notes[:, ONSET] // bar
        free = np.ones(len(bars), bool)
        for role in _stand_in_roles(part):
            if role not in roles:
                continue
            chosen = free & ~np.isin(bars, list(busy[role]))
            rows[role].append(part.notes[chosen])
            busy[role] |= set(bars[chosen].tolist())
            free &= ~chosen
    return {role: _Part(role.value, part.program, _joined(rows[role])) for role, part in roles.items()}


def _stand_in_roles(part: _Part) -> tuple[Role, ...]:
    if part.low:
        return (Role.BASS,)
    return (Role.PAD, Role.CHORDS) if part.chordal else (Role.SECOND, Role.LEAD)


def _joined(rows: list[Notes]) -> Notes:
    joined = np.concatenate(rows)
    return joined[np.lexsort((joined[:, PITCH], joined[:, ONSET]))]


def _voices(parts: list[_Part]) -> dict[Role, _Part]:
    """Split one part, or a pair of hands, into voices: the outer notes of each stroke and the inner ones."""
    by_height = sorted(parts, key=lambda part: float(np.mean(part.notes[:, PITCH])))
    roles: dict[Role, _Part] = {}
    for part in by_height:
        lowest, highest = _outer_voices(part.notes)
        top = part is by_height[-1]
        voices = {Role.BASS: lowest & ~highest} if part is by_height[0] else {}
        if part is by_height[0]:
            voices[Role.BASS] = lowest & (part.notes[:, PITCH] < _MIDDLE_C)
        if top:
            voices[Role.LEAD] = highest & ~voices.get(Role.BASS, np.zeros(len(highest), bool))
        taken = np.any(list(voices.values()), axis=0)
        voices[Role.CHORDS if part is by_height[0] else Role.SECOND] = ~taken
        for role, chosen in voices.items():
            if chosen.any():
                roles[role] = _Part(role.value, part.program, part.notes[chosen])
    return roles


def _outer_voices(notes: Notes) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Mark the lowest and the highest note of each stroke; notes are in order of onset and pitch."""
    stroke = np.concatenate([[0], np.cumsum(np.diff(notes[:, ONSET]) > _TOGETHER)])
    order = np.lexsort((notes[:, PITCH], stroke))
    first = np.searchsorted(stroke, np.unique(stroke))
    last = np.append(first[1:], len(stroke)) - 1
    lowest, highest = np.zeros(len(notes), bool), np.zeros(len(notes), bool)
    lowest[order[first]] = True
    highest[order[last]] = True
    return lowest, highest
