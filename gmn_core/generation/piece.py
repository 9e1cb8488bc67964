"""Pieces to go on from: notes with the recipe that made them, kept in a file or taken from a MIDI file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gmn_core.files import StrPath
from gmn_core.generation.music.band import Band
from gmn_core.generation.music.band_record import band_record, read_band
from gmn_core.generation.music.start import is_midi, read_json, read_start
from gmn_core.generation.playing.model import NAME
from gmn_core.generation.provenance import model_hashes
from gmn_core.generation.recipe import read_request, request_record
from gmn_core.generation.request import (
    MAX_SECONDS,
    MIN_SECONDS,
    Change,
    GenerationError,
    GenerationRequest,
)
from gmn_core.genres import Genre
from gmn_core.models.card import model_dir

MAX_BYTES = 8 * 2**20


@dataclass(frozen=True)
class Piece:
    """Notes, and the request that leads to them.

    Parameters
    ----------
    request : GenerationRequest
        Makes the piece again.
    band : Band
        Its notes.
    """

    request: GenerationRequest
    band: Band

    def changed(self, change: Change) -> GenerationRequest:
        """Return the request that changes the piece."""
        return replace(self.request, changes=(*self.request.changes, change))


def load_piece(path: StrPath, genre: Genre | None = None) -> Piece:
    """Read a piece's file; see `read_piece`."""
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GenerationError(f"{path} is larger than {MAX_BYTES / 2**20:g} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise GenerationError(f"{path} cannot be read: {error.strerror}.") from error
    return read_piece(data, genre)


def read_piece(data: bytes, genre: Genre | None = None) -> Piece:
    """Read a piece.

    Parameters
    ----------
    data : bytes
        The JSON file that is written beside every sample, or a MIDI file.
    genre : Genre, optional
        In whose manner a MIDI file's music is to be changed.

    Returns
    -------
    Piece
        Where another generator made it, or its notes have been altered since,
        its request holds the notes themselves, as it does for a MIDI file.

    Raises
    ------
    GenerationError
        If it is no piece, or a MIDI file comes without a genre.
    """
    if is_midi(data):
        if genre is None:
            raise GenerationError("A MIDI file does not say in which genre it is to be changed; name one.")
        band = read_start(data)
        seconds = min(max(band.seconds, MIN_SECONDS), MAX_SECONDS)
        return Piece(GenerationRequest(genre, seconds, start=data), band)
    stored = read_json(data, "request", "band", "model", "sha256")
    request, band = read_request(stored["request"]), read_band(stored["band"])
    if _made_here(stored, band):
        return Piece(request, band)
    own = json.dumps({"band": stored["band"]}, separators=(",", ":")).encode()
    seconds = min(max(band.seconds, MIN_SECONDS), MAX_SECONDS)
    return Piece(replace(request, seconds=round(seconds, 3), changes=(), start=own, opening=None), band)


def piece_file(request: GenerationRequest, band: Band) -> bytes:
    """Return a piece as the JSON file that `read_piece` reads."""
    stored = {
        "request": request_record(request),
        "band": band_record(band),
        "model": dict(model_hashes(model_dir(NAME))),
        "sha256": {"mid": hashlib.sha256(band.to_midi()).hexdigest()},
    }
    return json.dumps(stored, separators=(",", ":"), ensure_ascii=False).encode()


def _made_here(stored: dict[str, Any], band: Band) -> bool:
    """Say whether the generator that ships made these very notes."""
    same_notes = hashlib.sha256(band.to_midi()).hexdigest() == stored["sha256"].get("mid")
    return bool(same_notes and dict(model_hashes(model_dir(NAME))) == stored["model"])
