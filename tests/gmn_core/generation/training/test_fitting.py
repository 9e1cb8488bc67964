"""The training: what it learns, what it keeps, and when it stops."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from keras import ops

from gmn_core.corpora.midi import Split
from gmn_core.generation.request import GenerationError
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.fitting import Trainer, TrainingSettings, WeightArrays
from gmn_core.generation.training.network import GeneratorNetwork, NetworkSettings
from gmn_core.generation.training.windows import Batch, group_by_genre, validation_batches
from tests.gmn_core.generation.conftest import SIX_UPDATES, TINY, Trained

# Validates after every second update, the weights as they are.
OFTEN = TrainingSettings(updates=16, batch=1, every=2, warm_up=4, rate=1e-2, decay=0, average=0)


class Scripted(Trainer):
    """A training whose validations come out as the test says; its updates move one weight by one."""

    def __init__(
        self,
        dataset: Dataset,
        folder: Path,
        validations: Iterable[float],
        settings: TrainingSettings = OFTEN,
        train: Callable[[int], float] = float,
        start: WeightArrays | None = None,
    ) -> None:
        super().__init__(dataset, folder, settings, TINY, start, workers=0)
        self.rates: list[float] = []
        self._train_nats = train
        n_batches = -(-len(self._valid) * 16 // settings.batch)
        self._scripted = (value for value in validations for _ in range(n_batches))

    def _functions(self) -> tuple[Callable[[Batch], float], Callable[[Batch], float]]:
        def update(batch: Batch) -> float:
            self.rates.append(float(self._optimizer.learning_rate))
            variables = self._learner.trainable_variables
            variables[0].assign(np.full(variables[0].shape, self.done + 1, np.float32))
            self._optimizer.apply([ops.zeros(variable.shape) for variable in variables], variables)
            return self._train_nats(self.done)

        return update, lambda batch: next(self._scripted)


def history(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def read(path: Path) -> WeightArrays:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def test_a_training_starts_from_given_weights(dataset: Dataset, tmp_path: Path) -> None:
    start = GeneratorNetwork(TINY, seed=5).weights()
    kept = Scripted(dataset, tmp_path, [1.0], replace(OFTEN, updates=1), start=start).run()
    moved = {name for name in start if (kept[name] != start[name]).any()}
    assert moved == {"played/embeddings"}, "the script moves one weight alone"


def test_a_start_of_other_sizes_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    start = GeneratorNetwork(TINY, seed=5).weights()
    other = NetworkSettings(embedding=8, inputs=12, hidden=14, head=12)
    with pytest.raises(GenerationError, match="other sizes"):
        Trainer(dataset, tmp_path, TrainingSettings(), other, start)


def test_training_learns_resumes_and_is_seeded(dataset: Dataset, trained: Trained, tmp_path: Path) -> None:
    rows = history(trained.folder)
    assert [row["update"] for row in rows] == [3, 6]
    assert rows[1]["valid_nats"] < rows[0]["valid_nats"]

    parts = tmp_path / "parts"
    Trainer(dataset, parts, SIX_UPDATES, TINY).run(minutes=0)
    assert history(parts)[0]["update"] == 1
    resumed = Trainer(dataset, parts, SIX_UPDATES, TINY)
    resumed.run()
    assert resumed.done == 6
    assert resumed.best == pytest.approx(trained.trainer.best, rel=1e-3)
    assert dataset.of(Split.VALID)


def test_the_best_weights_have_the_likelihood_that_is_noted(dataset: Dataset, trained: Trained) -> None:
    network = GeneratorNetwork(TINY)
    network.load(trained.weights)
    size = SIX_UPDATES.batch
    (windows,) = validation_batches(group_by_genre(dataset.of(Split.VALID)), 16, 999, 0)
    losses = np.asarray(network.losses(windows)).sum(axis=(1, 2))
    firsts = range(0, len(losses), size)
    nats = [losses[at : at + size].sum() / windows.inside[at : at + size].sum() for at in firsts]
    assert float(np.mean(nats)) == pytest.approx(trained.trainer.best, rel=1e-4)
    assert history(trained.folder)[-1]["valid_nats"] == pytest.approx(trained.trainer.best, abs=1e-4)


def test_the_folder_holds_history_best_weights_and_a_checkpoint(trained: Trained) -> None:
    assert {path.name for path in trained.folder.iterdir()} == {
        "best.npz",
        "checkpoint.npz",
        "history.jsonl",
        "run.json",
    }
    best, checkpoint = (read(trained.folder / f"{name}.npz") for name in ("best", "checkpoint"))
    assert set(best) == set(trained.weights) == set(GeneratorNetwork(TINY).weights())
    assert set(best) < set(checkpoint)
    assert checkpoint["progress"].tolist() == [6, trained.trainer.best, 0]
    assert trained.trainer.done == 6


def test_the_best_weights_are_kept_though_worse_ones_follow(dataset: Dataset, tmp_path: Path) -> None:
    trainer = Scripted(dataset, tmp_path, [5.0, 3.0, 4.0], replace(OFTEN, updates=6))
    kept = trainer.run()
    assert trainer.best == 3
    assert set(kept["played/embeddings"].ravel()) == {4}
    checkpoint = read(tmp_path / "checkpoint.npz")
    assert set(checkpoint["played/embeddings"].ravel()) == {6}
    assert checkpoint["progress"].tolist() == [6, 3, 1]
    assert [row["valid_nats"] for row in history(tmp_path)] == [5, 3, 4]


def test_the_average_of_the_weights_is_kept_and_the_training_goes_on_from_the_weights(
    dataset: Dataset, tmp_path: Path
) -> None:
    start = {**GeneratorNetwork(TINY, seed=5).weights()}
    start["played/embeddings"] = np.zeros_like(start["played/embeddings"])
    settings = replace(OFTEN, updates=2, average=0.25)
    trainer = Scripted(dataset, tmp_path, [5.0], settings, start=start)
    kept = trainer.run()
    # The weight is 1, then 2; the momentum 2/11, then 3/12.
    first = 9 / 11
    assert kept["played/embeddings"] == pytest.approx(first + 0.75 * (2 - first))
    assert (read(tmp_path / "checkpoint.npz")["played/embeddings"] == 2).all()


def test_patience_ends_a_training_and_an_improvement_renews_it(dataset: Dataset, tmp_path: Path) -> None:
    validations = [5.0, 5.0, 6.0, 4.0, 4.0, 4.5, 4.1, 1.0]
    trainer = Scripted(dataset, tmp_path, validations, replace(OFTEN, patience=3))
    trainer.run()
    assert trainer.done == 14
    assert trainer.best == 4
    assert [row["valid_nats"] for row in history(tmp_path)] == validations[:-1]


def test_the_last_update_is_validated_wherever_it_falls(dataset: Dataset, tmp_path: Path) -> None:
    Scripted(dataset, tmp_path, [2.0, 1.0], replace(OFTEN, updates=3)).run()
    assert [row["update"] for row in history(tmp_path)] == [2, 3]


def test_the_history_gives_the_mean_of_the_updates_since_the_last_validation(
    dataset: Dataset, tmp_path: Path
) -> None:
    settings = replace(OFTEN, updates=6, every=3)
    Scripted(dataset, tmp_path, [9.0], settings).run(minutes=0)
    Scripted(dataset, tmp_path, [8.0, 7.0], settings).run()
    rows = history(tmp_path)
    assert [row["update"] for row in rows] == [1, 3, 6]
    assert [row["train_nats"] for row in rows] == [0, 1.5, 4]


def test_patience_is_counted_over_sittings(dataset: Dataset, tmp_path: Path) -> None:
    settings = replace(OFTEN, every=1, patience=2)
    Scripted(dataset, tmp_path, [1.0], settings).run(minutes=0)
    Scripted(dataset, tmp_path, [2.0], settings).run(minutes=0)
    last = Scripted(dataset, tmp_path, [3.0, 0.5], settings)
    last.run()
    assert (last.done, last.best) == (3, 1)


def test_a_finished_training_gives_its_best_weights_again(dataset: Dataset, tmp_path: Path) -> None:
    settings = replace(OFTEN, updates=4)
    first = Scripted(dataset, tmp_path, [1.0, 2.0], settings).run()
    again = Scripted(dataset, tmp_path, [], settings)
    assert all((own == first[name]).all() for name, own in again.run().items())
    assert (again.done, again.best) == (4, 1)


def test_a_training_may_begin_anew(dataset: Dataset, tmp_path: Path) -> None:
    settings = replace(OFTEN, updates=2)
    Scripted(dataset, tmp_path, [1.0], settings).run()
    anew = Scripted(dataset, tmp_path, [7.0], settings)
    assert math.isinf(anew.best)
    anew.run(resume=False)
    assert (anew.done, anew.best) == (2, 7)


def test_other_weights_to_start_from_are_another_training(
    dataset: Dataset, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, settings = tmp_path / "run", replace(OFTEN, updates=1)
    Scripted(dataset, folder, [1.0], settings).run()
    Scripted(dataset, folder, [1.0], settings, start=GeneratorNetwork(TINY, seed=5).weights()).run()
    assert "differs in starting weights" in caplog.text
    assert len(history(folder)) == len(history(tmp_path / "run-1")) == 1


def test_a_checkpoint_from_elsewhere_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    Scripted(dataset, one, [1.0], replace(OFTEN, updates=2)).run()
    Scripted(dataset, two, [1.0], replace(OFTEN, updates=4)).run(minutes=0)
    shutil.copy(one / "checkpoint.npz", two)
    with pytest.raises(GenerationError, match=r"two/checkpoint\.npz was made by another training"):
        Scripted(dataset, two, [], replace(OFTEN, updates=4)).run()


def test_a_training_that_diverges_says_so(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="diverged"):
        Scripted(dataset, tmp_path, [math.nan], replace(OFTEN, updates=2)).run()


def test_pieces_to_validate_on_are_needed(dataset: Dataset, tmp_path: Path) -> None:
    blind = replace(dataset, pieces=dataset.of(Split.TRAIN))
    with pytest.raises(GenerationError, match="No validation file"):
        Trainer(blind, tmp_path, OFTEN, TINY)


def test_a_write_that_breaks_off_leaves_the_old_checkpoint(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(OFTEN, updates=4)
    Scripted(dataset, tmp_path, [2.0], settings).run(minutes=0)
    before = {name: (tmp_path / f"{name}.npz").read_bytes() for name in ("best", "checkpoint")}

    def broken_off(path: Path, **arrays: object) -> None:
        path.write_bytes(b"half of it")
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", broken_off)
        with pytest.raises(OSError, match="No space"):
            Scripted(dataset, tmp_path, [1.0], settings).run()
    assert {name: (tmp_path / f"{name}.npz").read_bytes() for name in before} == before
    resumed = Scripted(dataset, tmp_path, [1.0, 0.5], settings)
    resumed.run()
    assert (resumed.done, resumed.best) == (4, 0.5)


def test_the_rate_rises_to_its_peak_and_falls_to_a_fiftieth(dataset: Dataset, tmp_path: Path) -> None:
    trainer = Scripted(dataset, tmp_path, [1.0] * 20, replace(OFTEN, patience=99))
    trainer.run()
    rates, peak = trainer.rates, OFTEN.warm_up
    assert len(rates) == OFTEN.updates
    assert rates[0] == pytest.approx(OFTEN.rate / 10)
    assert max(rates) == rates[peak] == pytest.approx(OFTEN.rate)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert float(trainer._optimizer.learning_rate) == pytest.approx(OFTEN.rate / 50)


def test_the_rate_goes_on_where_the_last_sitting_stopped(dataset: Dataset, tmp_path: Path) -> None:
    settings = replace(OFTEN, updates=6, every=6)
    whole = Scripted(dataset, tmp_path / "whole", [1.0], settings)
    whole.run()
    parts = [Scripted(dataset, tmp_path / "parts", [1.0], settings) for _ in range(2)]
    parts[0].run(minutes=0)
    parts[1].run()
    assert parts[0].rates + parts[1].rates == pytest.approx(whole.rates)
