"""The files that are shipped: writing them, reading them, and what they hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gmn_core.corpora.midi import Split
from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.memorisation import VOICES, run_hashes, shares
from gmn_core.generation.playing.model import BOOK_FILE, GUIDANCE, NAME, GeneratorModel, shipped_model
from gmn_core.generation.tokens.chords import unknown_chords
from gmn_core.generation.tokens.outline import RESTS, UNKNOWN, Outline
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.export import choose_passage, choose_pieces, export_generator
from gmn_core.generation.training.fitting import WeightArrays
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import file_sha256, model_dir, read_card


def test_training_pieces_are_known_and_the_limits_can_be_checked(
    model: GeneratorModel, dataset: Dataset
) -> None:
    assert set(model.run_limits) == set(model.sheets) == {Genre.JAZZ, Genre.METAL}
    for limits in model.run_limits.values():
        assert set(limits) == set(VOICES)
        assert all((voice, limit + 1) in model.runs for voice, limit in limits.items())
    piece = dataset.of(Split.TRAIN)[0]
    length = model.run_limits[piece.genre]["lead"] + 1
    own = run_hashes(piece.tokens, piece.sheet.steps_per_bar, "lead", length)[-1]
    assert shares(own, model.runs["lead", length])


def test_sheets_and_outlines_are_those_of_training_pieces(dataset: Dataset, model: GeneratorModel) -> None:
    chosen = choose_pieces(dataset.of(Split.TRAIN))
    assert set(chosen) == {Genre.JAZZ, Genre.METAL}
    assert {piece.sheet.tempo for piece in chosen[Genre.JAZZ]} == {180}
    assert {piece.sheet.programs[Role.CHORDS] for piece in chosen[Genre.METAL]} == {30}
    for genre, own in chosen.items():
        assert list(model.sheets[genre]) == [piece.sheet for piece in own]
        for piece, outline in zip(own, model.outlines[genre], strict=True):
            assert (outline.returns == choose_passage(piece).returns).all()
            assert (outline.pitch_classes == piece.outline.pitch_classes).all()
            assert (outline.chords == piece.outline.chords).all()
            assert outline.chords.any()
    assert model.guidance == GUIDANCE


def test_a_long_piece_lends_the_outline_of_its_middle(dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    long = replace(
        piece,
        outline=Outline(
            np.repeat(np.arange(100, dtype=np.uint8)[:, None], 12, axis=1),
            np.full((100, 2, 4), 3, np.uint8),
            np.full((100, 6), RESTS, np.uint8),
            unknown_chords(100),
        ),
        tokens=np.zeros((1600, piece.tokens.shape[1]), np.int16),
    )
    passage = choose_passage(long)
    assert passage.pitch_classes[:, 0].tolist() == list(range(16, 80))
    assert (passage.returns[0] == UNKNOWN).all()
    assert (passage.returns[8:] == 3).all()


def test_publishing_twice_gives_the_same_bytes(dataset: Dataset, tmp_path: Path) -> None:
    weights: WeightArrays = {}
    for name in ("one", "two"):
        export_generator(tmp_path / name, weights, dataset, {})
    assert (tmp_path / "one" / BOOK_FILE).read_bytes() == (tmp_path / "two" / BOOK_FILE).read_bytes()


def test_the_shipped_generator_is_whole_and_small() -> None:
    model, card = shipped_model(), read_card(NAME)
    assert set(model.sheets) == set(GENRES)
    assert all(len(own) >= 10 for own in model.sheets.values())
    folder = model_dir(NAME)
    assert card.weights == {name: file_sha256(folder / name) for name in card.weights}
    assert sum((folder / name).stat().st_size for name in card.weights) < 20e6
