"""The baselines are probability distributions, and know what they have seen."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation.baselines import NGram, Unigram, measure_baselines, repeat_the_bar
from gmn_core.generation.evaluation.likelihood import choose_passages, likelihood_report
from gmn_core.generation.music.band import ROLES, Role
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.tokens.encoding import N_MANNERS, role_slots
from gmn_core.generation.training.dataset import Dataset


@pytest.mark.parametrize("order", [1, 3])
def test_an_ngram_shares_out_at_most_one(dataset: Dataset, order: int) -> None:
    train = dataset.of(Split.TRAIN)
    gram = NGram(train, Role.BASS)
    past = dataset.of(Split.TEST)[0].tokens[:9].copy()
    action, shape, manner = role_slots(Role.BASS)
    total = 0.0
    for token in range(90):
        for own_shape in range(len(dataset.shapes.intervals)) if token > 1 else (0,):
            for own_manner in range(N_MANNERS) if token > 1 else (0,):
                past[8, [action, shape, manner]] = token, own_shape, own_manner
                total += float(gram.probabilities(past, order)[8])
    # Shapes that the small corpus lacks keep a little for themselves.
    assert 0.9 < total <= 1 + 1e-9


def test_a_longer_memory_helps_where_the_music_is_regular(dataset: Dataset) -> None:
    gram = NGram(dataset.of(Split.TRAIN), Role.BASS)
    tokens = dataset.of(Split.TEST)[0].tokens
    bits = [-np.log2(gram.probabilities(tokens, order)).mean() for order in (1, 4)]
    assert bits[1] < bits[0]


def test_repeating_is_likely_where_the_bar_repeats(dataset: Dataset) -> None:
    piece = dataset.of(Split.TEST)[0]
    floor = Unigram(dataset.of(Split.TRAIN), Role.DRUMS)
    probabilities = repeat_the_bar(piece, Role.DRUMS, floor, 0.9)
    assert (probabilities[16:] >= 0.9).all()
    assert (probabilities[:16] < 0.9).all()


def test_the_report_compares_the_network_with_both(dataset: Dataset, model: GeneratorModel) -> None:
    train, valid, test = (dataset.of(split) for split in (Split.TRAIN, Split.VALID, Split.TEST))
    report = likelihood_report(model, train, valid, test)
    totals = {name: report[name]["total"] for name in ("n-gram", "repeat the bar")}
    assert report["best baseline"] == min(totals, key=lambda name: totals[name])
    assert report["saved"] == pytest.approx(1 - report["network"]["total"] / min(totals.values()))
    assert set(report["network"]["bits"]) == {role.value for role in ROLES}
    assert all(bits >= 0 for bits in report["network"]["bits"].values())


def test_settings_are_chosen_on_validation_passages(dataset: Dataset) -> None:
    train, valid = dataset.of(Split.TRAIN), choose_passages(dataset.of(Split.VALID))
    report = measure_baselines(train, valid, choose_passages(dataset.of(Split.TEST)))
    again = measure_baselines(train, valid, choose_passages(dataset.of(Split.TRAIN)))
    assert report["n-gram"]["setting"] == again["n-gram"]["setting"]
