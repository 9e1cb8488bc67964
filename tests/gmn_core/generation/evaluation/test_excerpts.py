"""Samples and the excerpts of real pieces beside them."""

from __future__ import annotations

from collections import Counter

import pytest

from gmn_core.cli.usage import progress
from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation import excerpts
from gmn_core.generation.evaluation.excerpts import draw_samples, real_excerpts, training_excerpts
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.training.dataset import Dataset
from gmn_core.genres import Genre


def test_samples_are_those_of_consecutive_seeds_in_each_known_genre(model: GeneratorModel) -> None:
    samples = draw_samples(model, 2, 10, 5, progress)
    assert [sample.genre for sample in samples] == [Genre.JAZZ, Genre.JAZZ, Genre.METAL, Genre.METAL]
    assert samples[3].band == sample_band(GenerationRequest(Genre.METAL, 10, seed=6), model=model)


def test_excerpts_are_as_long_as_a_sample_and_at_most_three_a_piece(
    dataset: Dataset, model: GeneratorModel
) -> None:
    pieces = dataset.of(Split.TRAIN)
    found = real_excerpts(pieces, model, 4)
    assert len(found) == 3 * len(pieces)
    for excerpt in found:
        n_bars = len(excerpt.tokens) / excerpt.sheet.steps_per_bar
        assert n_bars == max(round(4 / excerpt.sheet.bar_seconds), 1)
    assert len(real_excerpts(pieces, model, 1000)) == len(pieces)


def test_training_excerpts_are_of_as_many_pieces_a_genre_drawn_by_the_seed(
    dataset: Dataset, model: GeneratorModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = dataset.of(Split.TRAIN)
    monkeypatch.setattr(excerpts, "_TRAINING_PIECES", 2)
    first, again, other = (training_excerpts(pieces, model, 1000, seed) for seed in (1, 1, 2))
    assert Counter(each.genre for each in first) == {Genre.JAZZ: 2, Genre.METAL: 2}
    assert [each.band for each in first] == [each.band for each in again]
    assert [each.band for each in first] != [each.band for each in other]
