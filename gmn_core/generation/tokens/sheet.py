"""The sheet: what stays the same through a piece, apart from its notes.

Tempo, metre, key, instruments, drum kit, how loud each player's soft, normal and accented notes are, how
long notes are held and how the beat leans (swing, laid-back or loose time). The network plays from the
sheet; it does not write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, TICKS_PER_BEAT, Band, Role
from gmn_core.generation.music.drumkit import N_VOICES, find_kit, voice_of
from gmn_core.generation.music.grid import TRIPLET, deviation
from gmn_core.generation.music.midi import DURATION, ONSET, PITCH, VELOCITY

Rows = npt.NDArray[np.int64]
Parts = npt.NDArray[np.float64]
N_LEVELS = 3  # soft, normal, accented
_ACCENT = 0.7  # standard deviations from a player's mean velocity to an accent
_SMALLEST_SPREAD = 2.0  # velocities that differ less are all normal
_DEFAULT_LEVELS = (72, 92, 110)
_GATE_BOUNDS = (0.4, 0.75, 1.05)
"""Sounding parts of a stroke's steps: it is short below the first, then detached, then full, or rings on."""
N_GATES = len(_GATE_BOUNDS) + 1
_SELDOM = 0.02  # of a player's notes, below which it has no notes of that kind
_LONGEST_RING = 16.0  # times a stroke's own steps


@dataclass(frozen=True)
class Sheet:
    """The constants of a piece.

    Parameters
    ----------
    tempo : float
        Quarter notes per minute.
    beats_per_bar, steps_per_beat : int
        Quarter notes in a bar, and grid steps in a quarter note.
    tonic : int
        Pitch class of the key.
    minor : bool
        Whether the key is a minor one.
    programs : mapping of Role to int
        General MIDI program of each role that takes part.
    kit : tuple of tuple of int
        General MIDI drum sound of each voice of the kit at each step of a bar.
    drum_levels : tuple of tuple of int
        Velocities of soft, normal and accented hits of each voice.
    levels : mapping of Role to tuple of int
        The same of each pitched role.
    gates : mapping of Role to tuple of float
        How long short, detached, full and ringing notes of each pitched role
        sound, as a multiple of the steps up to the next token that is not
        held; 0 for a kind of note that the player does not have.
    hit : float
        Sounding part of the step of a drum.
    lean : tuple of float
        Mean delay of the onsets at each step of a beat, in ticks.
    looseness : mapping of Role to float
        Standard deviation of the onsets around it, in ticks.
    """

    tempo: float
    beats_per_bar: int
    steps_per_beat: int
    tonic: int
    minor: bool
    programs: Mapping[Role, int]
    kit: tuple[tuple[int, ...], ...]
    drum_levels: tuple[tuple[int, ...], ...]
    levels: Mapping[Role, tuple[int, ...]]
    gates: Mapping[Role, tuple[float, ...]]
    hit: float
    lean: tuple[float, ...]
    looseness: Mapping[Role, float]

    @property
    def steps_per_bar(self) -> int:
        """Grid steps in a bar."""
        return self.beats_per_bar * self.steps_per_beat

    @property
    def ticks_per_step(self) -> int:
        """Ticks of a grid step."""
        return TICKS_PER_BEAT // self.steps_per_beat

    @property
    def bar_seconds(self) -> float:
        """Length of a bar in seconds."""
        return self.beats_per_bar * 60.0 / self.tempo

    @property
    def shift(self) -> int:
        """Semitones from the key of the piece to C, the shorter way."""
        return -self.tonic if self.tonic < 6 else 12 - self.tonic

    def to_json(self) -> dict[str, Any]:
        """Return the sheet in JSON types."""
        return {
            name: {role.value: item for role, item in value.items()} if isinstance(value, Mapping) else value
            for name, value in vars(self).items()
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Sheet:
        """Read a sheet from what `to_json` gives."""
        own = dict(fields)
        for name in ("programs", "levels", "gates", "looseness"):
            own[name] = {Role(role): _as_tuple(item) for role, item in fields[name].items()}
        for name in ("kit", "drum_levels", "lean"):
            own[name] = _as_tuple(fields[name])
        return cls(**own)


def _as_tuple(item: Any) -> Any:
    return tuple(_as_tuple(each) for each in item) if isinstance(item, list | tuple) else item


def rows_of(band: Band, role: Role) -> Rows:
    """Return a role's notes as an array of onset, pitch, duration and velocity, shape (n, 4)."""
    notes = band.notes.get(role, ())
    rows = [(note.onset, note.pitch, note.duration, note.velocity) for note in notes]
    return np.array(rows, np.int64).reshape(-1, 4)


def write_sheet(band: Band) -> Sheet:
    """Gather the constants of a piece from its notes."""
    rows = {role: rows_of(band, role) for role in band.roles}
    hits = rows.get(Role.DRUMS, np.empty((0, 4), np.int64))
    voices = voice_of(hits[:, PITCH])
    pitched = [role for role in PITCHED_ROLES if role in rows]
    lean, looseness = _time_feel(rows, band.steps_per_beat)
    step, n_steps = TICKS_PER_BEAT // band.steps_per_beat, band.beats_per_bar * band.steps_per_beat
    return Sheet(
        tempo=round(band.tempo, 2),
        beats_per_bar=band.beats_per_bar,
        steps_per_beat=band.steps_per_beat,
        tonic=band.tonic,
        minor=band.minor,
        programs=dict(band.programs),
        kit=find_kit(hits[:, PITCH], np.rint(hits[:, ONSET] / step).astype(np.int64) % n_steps, n_steps),
        drum_levels=tuple(_level_velocities(hits[voices == voice, VELOCITY]) for voice in range(N_VOICES)),
        levels={role: _level_velocities(rows[role][:, VELOCITY]) for role in pitched},
        gates={role: _gate_values(sounding_parts(rows[role], step)) for role in pitched},
        hit=round(float(np.clip(np.median(sounding_parts(hits, step)), 0.1, 1.0)), 2) if len(hits) else 1.0,
        lean=lean,
        looseness=looseness,
    )


def find_levels(velocities: Rows) -> Rows:
    """Return 0 (soft), 1 (normal) or 2 (accented) for each note of one player, by its own mean and spread."""
    if not len(velocities):
        return np.empty(0, np.int64)
    margin = _ACCENT * max(float(np.std(velocities)), _SMALLEST_SPREAD / _ACCENT)
    mean = float(np.mean(velocities))
    return 1 + (velocities > mean + margin).astype(np.int64) - (velocities < mean - margin).astype(np.int64)


def _level_velocities(velocities: Rows) -> tuple[int, ...]:
    if not len(velocities):
        return _DEFAULT_LEVELS
    levels = find_levels(velocities)
    mean, spread = float(np.mean(velocities)), max(float(np.std(velocities)), 2 * _SMALLEST_SPREAD)
    found = []
    for level in range(N_LEVELS):
        own = velocities[levels == level]
        typical = float(np.mean(own)) if len(own) else mean + (level - 1) * 1.3 * spread
        found.append(round(min(max(typical, 1.0), 127.0)))
    return tuple(found)


def find_gates(parts: Parts) -> Rows:
    """Return of each sounding part whether the note is short (0), detached (1), full (2) or rings on (3)."""
    return np.searchsorted(_GATE_BOUNDS, parts).astype(np.int64)


def _gate_values(parts: Parts) -> tuple[float, ...]:
    """Return the typical sounding part of each kind of note, 0 for a kind that hardly occurs."""
    gates, found = find_gates(parts), []
    for gate in range(N_GATES):
        own = parts[gates == gate]
        typical = min(float(np.median(own)), _LONGEST_RING) if len(own) > _SELDOM * len(parts) else 0.0
        found.append(round(typical, 2))
    return tuple(found)


def sounding_parts(rows: Rows, step: int) -> Parts:
    """Return how long each note of one player sounds, as a multiple of the grid steps that it fills.

    These are its length in whole steps, or the steps up to the player's next
    stroke if that comes earlier.
    """
    steps = np.rint(rows[:, ONSET] / step).astype(np.int64)
    strokes = np.unique(steps)
    following = np.append(strokes, np.iinfo(np.int64).max)[np.searchsorted(strokes, steps, side="right")]
    parts: Parts = rows[:, DURATION] / step / np.minimum(grid_lengths(rows, step), following - steps)
    return parts


def grid_lengths(rows: Rows, step: float) -> Rows:
    """Return note lengths in whole grid steps of ``step`` ticks, at least 1."""
    return np.maximum(np.ceil(rows[:, DURATION] / step - 0.25), 1).astype(np.int64)


def _time_feel(rows: Mapping[Role, Rows], steps_per_beat: int) -> tuple[tuple[float, ...], dict[Role, float]]:
    onsets = np.concatenate([part[:, ONSET] for part in rows.values()])
    steps, late = _steps_in_beat(onsets, steps_per_beat), deviation(onsets, steps_per_beat)
    lean = np.array([late[steps == step].mean() if np.any(steps == step) else 0.0 for step in range(TRIPLET)])
    looseness = {}
    for role, part in rows.items():
        rest = (
            deviation(part[:, ONSET], steps_per_beat) - lean[_steps_in_beat(part[:, ONSET], steps_per_beat)]
        )
        looseness[role] = round(float(np.std(rest)), 1)
    return tuple(np.round(lean[:steps_per_beat], 1).tolist()), looseness


def _steps_in_beat(onsets: Rows, steps_per_beat: int) -> Rows:
    return np.rint(onsets * steps_per_beat / TICKS_PER_BEAT).astype(np.int64) % steps_per_beat
