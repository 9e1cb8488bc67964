"""The network in TensorFlow, held against its stepping in NumPy, and its training."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gmn_core.corpora.midi import Split
from gmn_core.generation.conditioning import BLANK, OFFSETS
from gmn_core.generation.dataset import Dataset
from gmn_core.generation.encoding import N_SLOTS
from gmn_core.generation.network import Network, NetworkSettings
from gmn_core.generation.request import GenerationError
from gmn_core.generation.stepper import Array, Stepper, Weights
from gmn_core.generation.training import Trainer, TrainingSettings
from gmn_core.generation.windows import CONTEXT, WINDOW, cut_window, stack

TINY = NetworkSettings(embedding=8, inputs=12, hidden=10, head=12)


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(TINY, seed=3)


def test_stepping_gives_the_likelihoods_that_training_sees(network: Network, dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    window = cut_window(piece, 1, blank_context=True)
    expected = np.asarray(network.losses(stack([window])))[0]
    stepper = Stepper(Weights(network.weights()), window.sheets, window.positions, piece.sheet.steps_per_bar)
    found = np.zeros((WINDOW, N_SLOTS))
    for step, ids in enumerate(window.ids[CONTEXT:]):

        def decide(slot: int, logits: object, step: int = step, ids: Array = ids) -> int | None:
            if ids[slot] == BLANK:
                return None
            scores = logits().astype(float)  # type: ignore[operator]
            token = int(ids[slot] - OFFSETS[slot])
            found[step, slot] = np.log(np.exp(scores).sum()) - scores[token]
            return token

        stepper.step(decide)
    assert found * window.inside[:, None] == pytest.approx(expected, abs=1e-4)
    assert expected.sum() > 0


def test_what_means_nothing_costs_nothing(network: Network, dataset: Dataset) -> None:
    window = stack([cut_window(dataset.pieces[0], 10, blank_context=False)])
    losses = np.asarray(network.losses(window))[0]
    said = (window.ids[0, CONTEXT:] != BLANK) & (window.inside[0] > 0)[:, None]
    assert (losses[~said] == 0).all()
    assert (losses[said] > 0).all()


def test_a_training_starts_from_given_weights(dataset: Dataset, tmp_path: Path) -> None:
    settings = TrainingSettings(updates=1, batch=2, rate=0.0, warm_up=1)
    start = Network(TINY, seed=5).weights()
    kept = Trainer(dataset, tmp_path, settings, TINY, start).run()
    assert all((kept[name] == start[name]).all() for name in start)


def test_a_start_of_other_sizes_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    start = Network(TINY, seed=5).weights()
    other = NetworkSettings(embedding=8, inputs=12, hidden=14, head=12)
    with pytest.raises(GenerationError, match="other sizes"):
        Trainer(dataset, tmp_path, TrainingSettings(), other, start)


def test_training_learns_resumes_and_is_seeded(dataset: Dataset, tmp_path: Path) -> None:
    settings = TrainingSettings(updates=6, batch=2, every=3, warm_up=1, rate=1e-2)
    whole = Trainer(dataset, tmp_path / "whole", settings, TINY)
    whole.run()
    history = [json.loads(line) for line in (tmp_path / "whole" / "history.jsonl").read_text().splitlines()]
    assert [row["update"] for row in history] == [3, 6]
    assert history[1]["valid_nats"] < history[0]["valid_nats"]

    parts = tmp_path / "parts"
    Trainer(dataset, parts, settings, TINY).run(minutes=0)
    first = json.loads((parts / "history.jsonl").read_text().splitlines()[0])
    assert first["update"] == 1
    resumed = Trainer(dataset, parts, settings, TINY)
    resumed.run()
    assert resumed.done == 6
    assert resumed.best == pytest.approx(whole.best, rel=1e-3)
    assert dataset.of(Split.VALID)
