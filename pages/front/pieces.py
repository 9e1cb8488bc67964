"""The short pieces that the Home page plays: made beforehand, so that a first visitor waits for nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gmn_core.generation.music.band import Band, Role
from gmn_core.genres import Genre

FOLDER = Path(__file__).parent / "pieces"
INDEX = "pieces.json"

DrawnNote = tuple[float, float, int, int]
"""Onset and duration in seconds, pitch, velocity."""


@dataclass(frozen=True, eq=False)
class HomePiece:
    """A generated piece to guess at.

    Parameters
    ----------
    audio : bytes
        An MP3 file.
    seconds : float
        Its length.
    genre : Genre
        What the generator was asked for.
    seed : int
        Which piece it is.
    heard : mapping of Genre to float
        What the classifier heard in it, as shares of 1.
    notes : mapping of Role to list of DrawnNote
        Who plays what, and when.
    """

    audio: bytes
    seconds: float
    genre: Genre
    seed: int
    heard: Mapping[Genre, float]
    notes: Mapping[Role, list[DrawnNote]]

    @property
    def verdict(self) -> tuple[Genre, float]:
        """The genre that the classifier heard most, and its share."""
        return max(self.heard.items(), key=lambda item: item[1])


@cache
def shipped_pieces() -> tuple[HomePiece, ...]:
    """Return the pieces that come with the app, read once."""
    index = json.loads((FOLDER / INDEX).read_text(encoding="utf-8"))
    return tuple(
        HomePiece(
            audio=(FOLDER / entry["file"]).read_bytes(),
            seconds=entry["seconds"],
            genre=Genre(entry["genre"]),
            seed=entry["seed"],
            heard={Genre(genre): share for genre, share in entry["heard"].items()},
            notes={
                Role(role): [(onset, duration, pitch, velocity) for onset, duration, pitch, velocity in notes]
                for role, notes in entry["notes"].items()
            },
        )
        for entry in index
    )


def drawn_notes(band: Band) -> dict[Role, list[DrawnNote]]:
    """Return a band's notes as a picture needs them: in seconds, the roles in their order."""
    return {
        role: [
            (
                round(band.in_seconds(note.onset), 3),
                round(band.in_seconds(note.duration), 3),
                note.pitch,
                note.velocity,
            )
            for note in band.notes[role]
        ]
        for role in band.roles
        if band.notes[role]
    }
