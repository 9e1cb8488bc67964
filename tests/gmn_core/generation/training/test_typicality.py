"""Typicality: labels that nothing supports get less weight."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gmn_core.corpora.midi import MidiPiece
from gmn_core.generation.music.band import Role
from gmn_core.generation.training.typicality import piece_name, piece_typicality, typical_weights
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band


def write_pieces(folder: Path) -> list[MidiPiece]:
    """Write slow pieces with drums labelled jazz, fast ones without labelled pop, and one slow one too."""
    pieces = []
    for number in range(16):
        slow = number < 8 or number == 15
        band = make_band(seed=number)
        if slow:
            band = replace(band, tempo=70.0)
        else:
            kept = {role: own for role, own in band.notes.items() if role is not Role.DRUMS}
            programs = dict.fromkeys(kept, 40)
            band = replace(band, tempo=180.0, notes=kept, programs=programs)
        genre = Genre.JAZZ if number < 8 else Genre.POP
        path = folder / f"{number}.mid"
        path.write_bytes(band.to_midi())
        pieces.append(MidiPiece(path, genre, artist=f"artist {number}"))
    return pieces


def test_a_mislabelled_piece_is_the_least_typical(tmp_path: Path) -> None:
    pieces = write_pieces(tmp_path)
    found = piece_typicality(pieces)
    assert found.keys() == {piece_name(piece) for piece in pieces}
    mislabelled = found.pop("pop/15.mid")
    assert mislabelled < 0.3
    assert min(found.values()) > 0.5
    assert piece_typicality(pieces) == {**found, "pop/15.mid": mislabelled}


def test_a_corpus_of_few_artists_is_not_cross_validated(tmp_path: Path) -> None:
    pieces = [
        replace(piece, artist=f"artist {number % 4}") for number, piece in enumerate(write_pieces(tmp_path))
    ]
    assert piece_typicality(pieces) == {}


def test_a_corpus_of_few_files_of_each_genre_is_not_cross_validated(tmp_path: Path) -> None:
    pieces = write_pieces(tmp_path)
    assert piece_typicality([*pieces[:4], *pieces[8:12]]) == {}


def test_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    pieces = write_pieces(tmp_path)
    pieces[0].path.write_bytes(b"no music")
    assert piece_name(pieces[0]) not in piece_typicality(pieces)


def test_weights_are_shares_of_the_mean() -> None:
    weights = typical_weights(["a", "b", "c"], {"a": 0.2, "b": 0.6})
    assert np.allclose(weights, [0.5, 1.5, 1.0])
    assert typical_weights(["a", "b"], {}) == [1.0, 1.0]
