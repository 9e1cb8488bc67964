"""Samples and the excerpts of real pieces beside them."""

from __future__ import annotations

from collections import Counter

import pytest

from gmn_core.cli.usage import progress
from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation import excerpts
from gmn_core.generation.evaluation.excerpts import (
    draw_samples,
    real_excerpts,
    training_excerpts,
    without_ending,
)
from gmn_core.generation.music.band import TICKS_PER_BEAT
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.training.dataset import Dataset
from gmn_core.genres import Genre


def test_samples_of_each_known_genre_have_seeds_that_follow_one_another(model: GeneratorModel) -> None:
    samples = draw_samples(model, 2, 10, 5, progress)
    assert [sample.genre for sample in samples] == [Genre.JAZZ, Genre.JAZZ, Genre.METAL, Genre.METAL]
    assert samples[3].band == sample_band(GenerationRequest(Genre.METAL, 10, seed=8), model=model)


def test_without_its_ending_a_sample_stops_where_its_last_stroke_would_ring(model: GeneratorModel) -> None:
    for sample in draw_samples(model, 3, 10, 5, progress):
        ticks = TICKS_PER_BEAT * sample.band.beats_per_bar
        shorter = without_ending(sample.band)
        assert shorter.length % ticks == 0
        kept = {role: len(own) for role, own in shorter.notes.items()}
        assert 0 < sum(kept.values()) < sum(map(len, sample.band.notes.values()))
        ends = [note.onset + note.duration for own in shorter.notes.values() for note in own]
        assert max(ends) <= shorter.length
        for role, own in shorter.notes.items():
            assert [note.pitch for note in own] == [note.pitch for note in sample.band.notes[role]][
                : len(own)
            ]
            left = sample.band.notes[role][len(own) :]
            assert len({note.onset for note in left}) <= 1  # one stroke
            assert all(note.onset + note.duration == sample.band.length for note in left if role != "drums")


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
