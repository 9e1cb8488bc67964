"""Measures of chords, on progressions that are known."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.generation.evaluation.chords import (
    changes_per_bar,
    chord_report,
    foreign_to_chord,
    piece_chords,
    root_movements,
)
from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.tokens.encoding import Shapes, encode
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band

SHAPES = Shapes(((), (4, 7)))


@pytest.fixture(scope="module")
def piece() -> MeasuredPiece:
    """A piece of C F G C, over and over."""
    band = make_band(8, tonic=0)
    return MeasuredPiece(Genre.POP, *encode(band, SHAPES), band)


def test_chords_change_as_often_and_roots_move_as_far_as_they_were_written(piece: MeasuredPiece) -> None:
    chords = piece_chords(piece, SHAPES)
    assert [chord.name() for chord in chords[::2]] == ["C", "F", "G", "C"] * 2
    assert changes_per_bar(chords) == pytest.approx(2 * 6 / 15)
    moves = root_movements(chords)
    assert {step: int(n) for step, n in enumerate(moves) if n} == {5: 4, 2: 2}
    assert np.isnan(changes_per_bar([]))


def test_notes_of_the_tune_alone_lie_outside_the_chords(piece: MeasuredPiece) -> None:
    chords = piece_chords(piece, SHAPES)
    share = foreign_to_chord(piece, chords, SHAPES)
    assert 0 < share < 4 / 11  # four notes of eleven in a bar are the tune's


def test_pieces_are_at_no_distance_from_themselves(piece: MeasuredPiece) -> None:
    report = chord_report([piece], [piece], SHAPES)
    assert report["held-out real"] == report["samples"]
    assert report["distance of root movements"] == {"mean": 0.0, "pop": 0.0}
