"""Finding the grid."""

from __future__ import annotations

import numpy as np

from gmn_core.generation.music.grid import deviation, find_steps_per_beat


def test_sixteenths_and_triplets_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    beats = 480 * np.arange(64)
    straight = np.concatenate([beats, beats + 240, beats + 120])
    swung = np.concatenate([beats, beats + 320])
    for jitter in (0, 8):
        assert find_steps_per_beat(straight + rng.integers(-jitter, jitter + 1, len(straight))) == 4
        assert find_steps_per_beat(swung + rng.integers(-jitter, jitter + 1, len(swung))) == 6


def test_deviation_is_signed() -> None:
    assert deviation(np.array([125, 470, 0]), 4).tolist() == [5, -10, 0]
