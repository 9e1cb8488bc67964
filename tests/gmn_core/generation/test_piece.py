"""Pieces to go on from: files of this generator, of another, altered ones and MIDI files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.music.band_record import band_record
from gmn_core.generation.piece import Piece, load_piece, piece_file, read_piece
from gmn_core.generation.playing.model import NAME
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.provenance import model_hashes
from gmn_core.generation.recipe import request_record
from gmn_core.generation.request import Change, GenerationError, GenerationRequest
from gmn_core.genres import Genre
from gmn_core.models.card import model_dir

REQUEST = GenerationRequest(Genre.COUNTRY, 12, seed=3)


def stored(band: Band, **fields: Any) -> bytes:
    record = {
        "request": request_record(REQUEST),
        "band": band_record(band),
        "model": dict(model_hashes(model_dir(NAME))),
        "sha256": {"mid": hashlib.sha256(band.to_midi()).hexdigest()},
    }
    return json.dumps({**record, **fields}).encode()


def test_a_piece_is_read_with_its_recipe(band: Band) -> None:
    assert read_piece(stored(band)) == Piece(REQUEST, band) == read_piece(piece_file(REQUEST, band))


@pytest.mark.parametrize("fields", [{"model": {"weights.npz": "other"}}, {"sha256": {"mid": "other"}}])
def test_a_piece_that_its_recipe_does_not_make_brings_its_notes(band: Band, fields: dict[str, Any]) -> None:
    piece = read_piece(stored(band, **fields))
    assert piece.band == band
    assert piece.request.start is not None
    locked = frozenset(band.roles) - {Role.BASS}
    after = sample_band(piece.changed(Change(seed=1, lock=locked)))
    assert all(after.notes[role] == band.notes[role] for role in locked)
    assert after.notes[Role.BASS] != band.notes[Role.BASS]


def test_a_midi_file_is_changed_in_a_genre_that_is_named(band: Band) -> None:
    with pytest.raises(GenerationError, match="name one"):
        read_piece(band.to_midi())
    piece = read_piece(band.to_midi(), Genre.JAZZ)
    after = sample_band(piece.changed(Change(seed=1, bars=(2, 3))))
    assert after.notes.keys() == band.notes.keys()
    assert after != piece.band


@pytest.mark.parametrize("data", [b"{}", b"[]", b"nothing", stored(Band(120, 4, 4, 0, False, {}, {}, 10))])
def test_what_is_no_piece_is_refused(data: bytes) -> None:
    with pytest.raises(GenerationError, match="piece"):
        read_piece(data)


def test_a_file_that_is_not_there_or_far_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="cannot be read"):
        load_piece(tmp_path / "none.json")
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (9 * 2**20))
    with pytest.raises(GenerationError, match="larger than 8 MB"):
        load_piece(large)
