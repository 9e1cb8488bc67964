"""The report of a generator on a small corpus."""

from __future__ import annotations

import json

import pytest

from gmn_core.cli.usage import progress
from gmn_core.corpora.midi import MidiPiece, Split
from gmn_core.generation.evaluation.report import (
    MeasuredPiece,
    evaluate_generator,
    memorisation_report,
    metrics_report,
    real_excerpts,
    recognisability_report,
)
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.training.dataset import Dataset
from gmn_core.genres import Genre


@pytest.fixture(scope="module")
def real(dataset: Dataset, model: GeneratorModel) -> list[MeasuredPiece]:
    return real_excerpts(dataset.of(Split.TEST), model, 12)


def test_real_pieces_pass_for_themselves(dataset: Dataset, real: list[MeasuredPiece]) -> None:
    train = dataset.of(Split.TRAIN)
    known = recognisability_report(train, real, real, 12)
    assert known["held-out real"]["accuracy"] == 1
    assert known["share of the real accuracy"] == 1
    assert known["genres below half of their own"] == []
    report = metrics_report(real, real, real)
    assert report["genres with at least 5 of 6 inside"] == 2


def test_training_pieces_shown_as_samples_are_caught(dataset: Dataset, model: GeneratorModel) -> None:
    train = dataset.of(Split.TRAIN)
    copies, real = (real_excerpts(dataset.of(split), model, 12) for split in (Split.TRAIN, Split.TEST))
    report = memorisation_report(train, real, copies)
    jazz = report[Genre.JAZZ.value]["lead"]
    assert jazz["samples, longest"] == 8
    assert jazz["samples beyond held-out"] > 0


def test_the_whole_report_is_of_jsons_own_types(
    splits: dict[Split, list[MidiPiece]], dataset: Dataset, model: GeneratorModel
) -> None:
    report = evaluate_generator(splits, dataset, model, n_samples=2, seconds=12, seed=1, progress=progress)
    assert set(json.loads(json.dumps(report))) == set(report)
    assert set(report["memorisation"]) == {"jazz", "metal"}
