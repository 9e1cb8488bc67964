"""Measures of chords, on progressions that are known."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation.chords import (
    changes_per_bar,
    chord_report,
    foreign_to_chord,
    known_progressions,
    piece_chords,
    progressions,
    root_movements,
    roots_kept,
)
from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.tokens.chords import Chord, write_chord
from gmn_core.generation.tokens.encoding import Shapes, encode
from gmn_core.generation.tokens.outline import find_outline
from gmn_core.generation.training.dataset import EncodedPiece
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
    report = chord_report([], [piece], [piece], SHAPES)
    assert report["samples"]["progressions known"] == 0
    assert report["held-out real"] == report["samples"]
    assert report["distance of root movements"] == {"mean": 0.0, "pop": 0.0}


def test_a_progression_is_four_chords_in_a_row_however_long_each_lasts(piece: MeasuredPiece) -> None:
    found = progressions(piece_chords(piece, SHAPES))
    # C F G C runs on into the next C.
    assert {tuple(root for root, _ in own) for own in found} == {(0, 5, 7, 0), (5, 7, 0, 5), (7, 0, 5, 7)}
    assert progressions(piece_chords(piece, SHAPES)[:6]) == set()
    encoded = EncodedPiece(
        "pop/a",
        Genre.POP,
        Split.TRAIN,
        piece.sheet,
        piece.tokens,
        find_outline(piece.tokens, piece.sheet, SHAPES),
    )
    assert known_progressions([encoded]) == {Genre.POP: found}
    report = chord_report([encoded], [piece], [piece], SHAPES)
    assert report["held-out real"]["progressions known"] == 1


def test_roots_that_a_plan_gave_are_kept_or_not() -> None:
    plan = np.array([[write_chord(Chord(root, 0, root))] * 2 for root in (0, 5, 7, 0)], np.uint8)
    found = plan.copy()
    found[1, 0] = write_chord(Chord(2, 1, 5))
    found[2] = write_chord(Chord(7, 2, 11))  # a seventh chord on its third has the same root
    assert roots_kept(plan, found) == 7 / 8
    plan[0] = 0
    assert roots_kept(plan, found) == 5 / 6
    assert np.isnan(roots_kept(np.zeros_like(plan), found))
