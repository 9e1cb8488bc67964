"""The tuning is read as it was written, and a generator without one plays too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.generation.playing.contour import Contour, Habits
from gmn_core.generation.playing.critic import Critic
from gmn_core.generation.playing.floor import Floor
from gmn_core.generation.playing.groove import Groove
from gmn_core.generation.playing.tuning import Tuning, read_tuning, save_tuning
from gmn_core.genres import Genre


def critic() -> Critic:
    rng = np.random.default_rng(0)
    shapes: list[tuple[int, ...]] = [(7,), (7,), (7, 3), (3,), (3,), ()]
    return Critic(*(rng.random(shape).astype(np.float32) + np.float32(1) for shape in shapes))


def test_a_tuning_is_read_as_it_was_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    habits = Habits(*(rng.random(shape).astype(np.float32) for shape in ((5, 49), (5, 88), (5,))))
    contour = Contour(habits=habits)
    contour.table[1, 3] = 0.7
    tuning = Tuning(contour, critic(), {Genre.POP: Floor(3, 6)}, Groove(np.full((10, 6), 0.3, np.float32)))
    save_tuning(tmp_path / "tuning.npz", tuning)
    found = read_tuning(tmp_path / "tuning.npz")
    assert (found.contour.table == contour.table).all()
    assert found.contour.habits is not None
    assert (found.contour.habits.pitches == habits.pitches).all()
    assert (found.contour.habits.strokes == habits.strokes).all()
    assert found.floor(Genre.POP) == Floor(3, 6)
    assert found.floor(Genre.JAZZ) == Floor()
    assert (found.groove.table == tuning.groove.table).all()
    features = np.random.default_rng(1).random((4, 7)).astype(np.float32)
    assert found.critic is not None
    assert found.critic.judge(features) == pytest.approx(critic().judge(features))


def test_a_tuning_may_lack_a_critic(tmp_path: Path) -> None:
    save_tuning(tmp_path / "tuning.npz", Tuning())
    found = read_tuning(tmp_path / "tuning.npz")
    assert found.critic is None
    assert found.contour.habits is None
