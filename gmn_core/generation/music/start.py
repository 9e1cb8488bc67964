"""What changes start from: the notes of a piece that was not composed here, or not by this generator."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Note
from gmn_core.generation.music.band_record import read_band
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.request import MAX_SECONDS, MAX_TEMPO, MIN_SECONDS, MIN_TEMPO, GenerationError

_RING_SECONDS = 1.5
_MIDI = b"MThd"


def is_midi(data: bytes) -> bool:
    """Say whether a file begins as MIDI files do."""
    return data[:4] == _MIDI


def read_start(data: bytes) -> Band:
    """Return the notes of a piece's file, or the first two minutes of a MIDI file, cast in a band's roles.

    Raises
    ------
    GenerationError
        If it is neither, or holds no notes.
    """
    if not is_midi(data):
        return read_band(read_json(data, "band")["band"])
    band = band_from_midi(data)
    if not MIN_TEMPO <= band.tempo <= MAX_TEMPO:
        raise GenerationError(
            f"The file's tempo of {band.tempo:.0f} quarter notes per minute is not "
            f"from {MIN_TEMPO:.0f} to {MAX_TEMPO:.0f}."
        )
    ticks = band.tempo / 60 * TICKS_PER_BEAT  # in a second
    n_bars = -(-band.length // band.bar_ticks)
    length = max(n_bars * band.bar_ticks + round(_RING_SECONDS * ticks), round(MIN_SECONDS * ticks))
    length = min(length, round(MAX_SECONDS * ticks))
    notes = {
        role: tuple(_within(note, length) for note in own if note.onset < length)
        for role, own in band.notes.items()
    }
    notes = {role: own for role, own in notes.items() if own}
    if not notes:
        raise GenerationError("The file is silent for its first two minutes.")
    return replace(band, notes=notes, programs={role: band.programs[role] for role in notes}, length=length)


def read_json(data: bytes, *names: str) -> dict[str, Any]:
    """Return a piece's file as JSON has it.

    Raises
    ------
    GenerationError
        If it is no JSON, or lacks one of the parts that are named.
    """
    try:
        stored = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GenerationError("This is neither a piece's file (JSON) nor a MIDI file.") from error
    if not isinstance(stored, dict) or not all(isinstance(stored.get(name), dict) for name in names):
        raise GenerationError("This file holds no piece: it lacks the notes or their recipe.")
    return stored


def _within(note: Note, length: int) -> Note:
    return replace(note, onset=max(note.onset, 0), duration=min(note.duration, length - note.onset))
