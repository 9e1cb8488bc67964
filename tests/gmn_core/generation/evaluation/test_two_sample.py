"""The two-sample test: near a half on sets of one kind, near 1 on sets that differ."""

from __future__ import annotations

import numpy as np

from gmn_core.cli.usage import progress
from gmn_core.corpora.midi import MidiPiece, Split
from gmn_core.generation.evaluation.excerpts import draw_samples
from gmn_core.generation.evaluation.two_sample import outside_report, told_apart_by, two_sample_auc
from gmn_core.generation.playing.model import GeneratorModel


def test_sets_of_one_kind_are_not_told_apart() -> None:
    features = np.random.default_rng(1).standard_normal((120, 6))
    found = two_sample_auc(features[:60], features[60:], range(120))
    low, high = found["95 % interval"]
    assert low < 0.5 < high
    assert 0.35 < found["auc"] < 0.65


def test_sets_that_differ_are_told_apart() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.standard_normal((60, 6)), rng.standard_normal((40, 6)) + 2
    found = two_sample_auc(first, second, range(100))
    assert found["auc"] > 0.95
    assert found["95 % interval"][0] > 0.9


def test_excerpts_of_one_piece_do_not_tell_their_set() -> None:
    # Each piece is a cluster of its own: nothing tells the sets apart across pieces, all does within one.
    rng = np.random.default_rng(3)
    pieces = np.repeat(3 * rng.standard_normal((20, 6)), 6, axis=0)
    features = pieces + 0.1 * rng.standard_normal(pieces.shape)
    groups = np.repeat(np.arange(20), 6)
    together = two_sample_auc(features[:60], features[60:], groups)["auc"]
    apart = two_sample_auc(features[:60], features[60:], range(120))["auc"]
    assert apart > 0.95
    assert together < 0.8


def test_too_few_pieces_say_nothing() -> None:
    found = two_sample_auc(np.zeros((4, 2)), np.ones((9, 2)), range(13))
    assert np.isnan([found["auc"], *found["95 % interval"]]).all()


def test_what_has_changed_is_told_by_its_own_group() -> None:
    rng = np.random.default_rng(4)
    before = [{"lengths": rng.standard_normal(3), "tempo": rng.standard_normal(1)} for _ in range(60)]
    after = [{**own, "lengths": own["lengths"] + 3} for own in before]
    found = told_apart_by(before, after)
    assert set(found) == {"all", "lengths", "tempo"}
    assert found["lengths"]["auc"] > 0.95
    assert found["all"]["auc"] > 0.9
    assert found["tempo"]["auc"] < 0.6


def test_from_outside_samples_are_held_against_files_before_and_after_their_round_trip(
    splits: dict[Split, list[MidiPiece]], model: GeneratorModel
) -> None:
    samples = draw_samples(model, 5, 10, 1, progress)
    found = outside_report(splits[Split.TRAIN], samples, model.shapes, 10, 1, progress)
    assert set(found) == {"round trip from raw", "samples from round trip", "samples from raw"}
    # The corpus is of scales, which its round trip keeps and no sample is.
    assert found["samples from raw"]["auc"] > 0.9
    assert found["samples from round trip"]["auc"] > 0.9
    assert found["round trip from raw"]["auc"] < found["samples from raw"]["auc"]
