"""The files that are shipped: writing them, reading them, and what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.corpora.midi import Split
from gmn_core.generation.band import Role
from gmn_core.generation.dataset import Dataset
from gmn_core.generation.memorisation import VOICES, run_hashes, shares
from gmn_core.generation.model import BOOK_FILE, NAME, GeneratorModel, read_model, shipped_model
from gmn_core.generation.publishing import choose_sheets, publish
from gmn_core.generation.request import GenerationError
from gmn_core.generation.training import Weights
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import file_sha256, model_dir, read_card


def test_training_pieces_are_known_and_the_limits_can_be_checked(
    model: GeneratorModel, dataset: Dataset
) -> None:
    assert set(model.run_limits) == set(GENRES)
    for limits in model.run_limits.values():
        assert set(limits) == set(VOICES)
        assert all((voice, limit + 1) in model.runs for voice, limit in limits.items())
    piece = dataset.of(Split.TRAIN)[0]
    length = model.run_limits[piece.genre]["lead"] + 1
    own = run_hashes(piece.tokens, piece.sheet.steps_per_bar, "lead", length)[-1]
    assert shares(own, model.runs["lead", length])


def test_sheets_are_those_of_training_pieces(dataset: Dataset) -> None:
    sheets = choose_sheets(dataset.of(Split.TRAIN))
    assert set(sheets) == {Genre.JAZZ, Genre.METAL}
    assert {sheet.tempo for sheet in sheets[Genre.JAZZ]} == {180}
    assert {sheet.programs[Role.CHORDS] for sheet in sheets[Genre.METAL]} == {30}


def test_publishing_twice_gives_the_same_bytes(dataset: Dataset, tmp_path: Path) -> None:
    weights: Weights = {}
    for name in ("one", "two"):
        publish(tmp_path / name, weights, dataset)
    assert (tmp_path / "one" / BOOK_FILE).read_bytes() == (tmp_path / "two" / BOOK_FILE).read_bytes()


def test_a_folder_without_a_generator_is_named(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="no trained generator"):
        read_model(tmp_path)


def test_the_shipped_generator_is_whole_and_small() -> None:
    model, card = shipped_model(), read_card(NAME)
    assert set(model.sheets) == set(GENRES)
    assert all(len(own) >= 10 for own in model.sheets.values())
    folder = model_dir(NAME)
    assert card.weights == {name: file_sha256(folder / name) for name in card.weights}
    assert sum((folder / name).stat().st_size for name in card.weights) < 20e6
