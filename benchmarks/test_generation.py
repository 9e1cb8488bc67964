"""Generation, from the request to the encoded file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from benchmarks.conftest import in_fresh_process, measure
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.genres import Genre

FIRST = """
import gmn_core
gmn_core.generate("jazz", seconds=30, seed=1).file("ogg")
"""


@pytest.fixture
def seeds() -> Iterator[int]:
    return count(100)


@pytest.mark.parametrize(("seconds", "target", "rounds"), [(30, 3.0, 4), (120, 8.0, 2)])
def test_generation(benchmark: Any, seeds: Iterator[int], seconds: int, target: float, rounds: int) -> None:
    def generate() -> None:
        generate_sample(GenerationRequest(Genre.JAZZ, seconds=seconds, seed=next(seeds))).file("ogg")

    measure(
        benchmark,
        generate,
        rounds=rounds,
        work=f"{seconds} s generated, produced and encoded, warm",
        target=target,
    )


def test_first_generation(benchmark: Any) -> None:
    taken = []

    def first() -> None:
        taken.append(in_fresh_process(FIRST))

    measure(benchmark, first, rounds=2, work="30 s generated, produced and encoded, fresh process")
    benchmark.extra_info["memory"] = round(max(each.peak_mb for each in taken))
