"""A band as JSON has it, and back: every note, so that a piece can be kept and changed later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gmn_core.generation.music.band import ROLES, Band, Marks, Note
from gmn_core.generation.music.midi import MAX_NOTES
from gmn_core.generation.request import GenerationError

_NUMBERS = ("tempo", "beats_per_bar", "steps_per_beat", "tonic", "length", "join")
_GRIDS, _METRES = (4, 6), (3, 4)
_SLOWEST, _FASTEST = 1.0, 1000.0
_LONGEST = 10_000_000  # ticks
_MOST_MARKS, _LONGEST_NAME = 10_000, 100


def band_record(band: Band) -> dict[str, Any]:
    """Return a band in JSON types; each note as onset, pitch, duration and velocity."""
    return {
        **{name: getattr(band, name) for name in _NUMBERS},
        "minor": band.minor,
        "programs": {role.value: band.programs[role] for role in band.roles},
        "notes": {
            role.value: [[note.onset, note.pitch, note.duration, note.velocity] for note in band.notes[role]]
            for role in band.roles
        },
        "sections": [list(mark) for mark in band.sections],
        "chords": [list(mark) for mark in band.chords],
    }


def read_band(stored: Mapping[str, Any]) -> Band:
    """Return the band that `band_record` wrote.

    Raises
    ------
    GenerationError
        If it is none, or has values that no band has.
    """
    try:
        notes = {role: _notes(stored["notes"][role.value]) for role in ROLES if role.value in stored["notes"]}
        band = Band(
            **{name: _number(stored[name]) for name in _NUMBERS},  # type: ignore[arg-type]  # checked below
            minor=bool(stored["minor"]),
            programs={role: _whole(stored["programs"][role.value], 0, 127) for role in notes},
            notes=notes,
            sections=_marks(stored["sections"]),
            chords=_marks(stored["chords"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GenerationError("The piece's notes are incomplete or damaged.") from error
    whole = (band.beats_per_bar, band.steps_per_beat, band.tonic, band.length, band.join)
    plausible = (
        all(isinstance(value, int) for value in whole)
        and band.beats_per_bar in _METRES
        and band.steps_per_beat in _GRIDS
        and 0 <= band.tonic < 12
        and 0 < band.length <= _LONGEST
        and 0 <= band.join <= band.length
        and _SLOWEST <= band.tempo <= _FASTEST
        and sum(map(len, notes.values())) <= MAX_NOTES
    )
    if not plausible:
        raise GenerationError("The piece's notes are incomplete or damaged.")
    if not any(notes.values()):
        raise GenerationError("The piece holds no notes.")
    return band


def _notes(rows: list[list[int]]) -> tuple[Note, ...]:
    return tuple(sorted(_note(*row) for row in rows))


def _note(onset: int, pitch: int, duration: int, velocity: int) -> Note:
    return Note(
        _whole(onset, 0, _LONGEST),
        _whole(pitch, 0, 127),
        _whole(duration, 1, _LONGEST),
        _whole(velocity, 1, 127),
    )


def _marks(rows: list[tuple[int, str]]) -> Marks:
    if len(rows) > _MOST_MARKS:
        raise ValueError("too many marks")
    return tuple((_whole(tick, 0, _LONGEST), str(name)[:_LONGEST_NAME]) for tick, name in rows)


def _number(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return value


def _whole(value: int, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError("not a whole number in its range")
    return value
