"""Batches made ahead, by a thread or by processes."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from gmn_core.corpora.midi import Split
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.supply import batches_ahead, usual_workers
from gmn_core.generation.training.windows import Batch, group_by_genre, training_batch


def numbered(number: int) -> Batch:
    if number == 13:
        raise ValueError("no such batch")
    return Batch(*(np.full(1, number) for _ in Batch._fields))


@pytest.mark.parametrize("workers", [0, 1])
def test_batches_come_in_order_whoever_makes_them(dataset: Dataset, workers: int) -> None:
    make = partial(training_batch, group_by_genre(dataset.of(Split.TRAIN)), 3, 7)
    with batches_ahead(make, range(4, 9), workers) as batches:
        made = list(batches)
    assert len(made) == 5
    for number, batch in enumerate(made, 4):
        assert all((own == again).all() for own, again in zip(batch, make(number), strict=True))


def test_a_supply_ends_early_when_no_more_is_wanted() -> None:
    asked: list[int] = []

    def make(number: int) -> Batch:
        asked.append(number)
        return numbered(number)

    with batches_ahead(make, range(100), 0) as batches:
        assert next(batches).ids == 0
    assert len(asked) <= 5


def test_what_goes_wrong_in_the_background_is_raised() -> None:
    with batches_ahead(numbered, range(12, 15), 0) as batches:
        assert next(batches).ids == 12
        with pytest.raises(ValueError, match="no such batch"):
            next(batches)


def test_few_processors_get_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for cores in (None, 1, 2, 4, 8, 64):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        found.append(usual_workers())
    assert found == [0, 0, 0, 1, 3, 4]
