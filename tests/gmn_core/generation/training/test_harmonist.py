"""Training the harmonist."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gmn_core.corpora.midi import Split
from gmn_core.generation.playing.harmonist import PREFIX, Harmonist
from gmn_core.generation.tokens.chords import chord_roots, unknown_chords
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.harmonist import HarmonistSettings, train_harmonist
from gmn_core.genres import GENRES

SMALL = HarmonistSettings(embedding=8, hidden=24, dropout=0.1, windows=24, epochs=12, batch=8, rate=1e-2)


def test_it_learns_the_progression_of_a_corpus(dataset: Dataset) -> None:
    """The pieces of the made-up corpus all go round the same four chords."""
    weights, figures = train_harmonist(dataset, SMALL)
    again, _ = train_harmonist(dataset, SMALL)
    assert all(name.startswith(PREFIX) for name in weights)
    assert all(np.array_equal(weights[name], again[name]) for name in weights)
    assert figures["nats per half bar"] < 0.8 * figures["by the chord before"]
    harmonist = Harmonist.among(weights)
    assert harmonist is not None
    piece = dataset.pieces[0]
    drawn = harmonist.draw(piece.sheet, {piece.genre: 1.0}, unknown_chords(16), np.random.default_rng(0))
    learned = {root for own in dataset.pieces for root in chord_roots(own.outline.chords).ravel().tolist()}
    assert np.isin(chord_roots(drawn), list(learned)).mean() > 0.9


def test_a_short_training_has_few_epochs() -> None:
    assert SMALL.at_most(8000).epochs == 12
    assert SMALL.at_most(45).epochs == 4
    assert SMALL.at_most(2).epochs == 1


def test_the_table_beside_it_is_that_of_the_genre_held_out(dataset: Dataset) -> None:
    """Of two genres, of which the first plays its chords backwards, only the second is held out."""
    first = min((piece.genre for piece in dataset.pieces), key=GENRES.index)
    pieces = [
        replace(piece, outline=replace(piece.outline, chords=piece.outline.chords[::-1]))
        if piece.genre is first
        else piece
        for piece in dataset.pieces
        if piece.genre is not first or piece.split is not Split.VALID
    ]
    _, figures = train_harmonist(replace(dataset, pieces=pieces), replace(SMALL, epochs=1))
    assert figures["by the chord before"] < 1.0
