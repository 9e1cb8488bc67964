"""The table of instruments, in training pieces and in samples."""

from __future__ import annotations

from dataclasses import replace

from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation.excerpts import real_excerpts
from gmn_core.generation.evaluation.instruments import instruments_report
from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.training.dataset import Dataset
from gmn_core.genres import Genre

SITAR = 104


def test_an_instrument_that_no_piece_uses_is_unusual_in_samples(
    dataset: Dataset, model: GeneratorModel
) -> None:
    train = dataset.of(Split.TRAIN)
    samples = real_excerpts([piece for piece in train if piece.genre is Genre.METAL], model, 12)
    table = instruments_report(train, samples)["metal"]["chords"]
    assert table["training pieces"].keys() == {"Distortion guitar"}
    assert table["unusual in samples"] == 0
    sheet = samples[0].sheet
    odd = replace(samples[0], sheet=replace(sheet, programs={**sheet.programs, Role.CHORDS: SITAR}))
    table = instruments_report(train, [odd, *samples[1:]])["metal"]["chords"]
    assert table["samples"]["Sitar"] == 1
    assert table["unusual in samples"] == 1 / len(samples)
