"""The tuning: what was learned by holding a trained generator's pieces against real ones.

It leaves the network as it is. A generator without a tuning plays too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gmn_core.files import StrPath
from gmn_core.generation.playing.contour import Contour, Habits
from gmn_core.generation.playing.critic import Critic
from gmn_core.generation.playing.floor import Floor
from gmn_core.generation.playing.groove import Groove
from gmn_core.genres import GENRES, Genre

_CONTOUR, _HABITS, _CRITIC, _FLOORS, _GROOVE = "contour", "habits", "critic", "floors", "groove"

_Part = TypeVar("_Part", Habits, Critic)


@dataclass(frozen=True, eq=False)
class Tuning:
    """How a generator is kept near real pieces while it plays.

    Parameters
    ----------
    contour : Contour
        Moves the intervals from stroke to stroke.
    critic : Critic, optional
        Chooses among drafts.
    floors : mapping of Genre to Floor
        What a sample must not fall below.
    groove : Groove
        How often players keep to a rhythm.
    """

    contour: Contour = field(default_factory=Contour)
    critic: Critic | None = None
    floors: Mapping[Genre, Floor] = field(default_factory=dict)
    groove: Groove = field(default_factory=Groove)

    def floor(self, genre: Genre) -> Floor:
        """Return a genre's floor."""
        return self.floors.get(genre, Floor())


def save_tuning(path: StrPath, tuning: Tuning) -> None:
    """Write a tuning as one NumPy file."""
    arrays: dict[str, npt.NDArray[Any]] = {_CONTOUR: tuning.contour.table}
    for name, part in ((_HABITS, tuning.contour.habits), (_CRITIC, tuning.critic)):
        if part is not None:
            arrays |= {f"{name}/{own.name}": getattr(part, own.name) for own in fields(part)}
    arrays[_GROOVE] = tuning.groove.table
    floors = [tuning.floor(genre) for genre in GENRES]
    arrays[_FLOORS] = np.array([(own.thin, own.still) for own in floors])
    np.savez_compressed(Path(path), **arrays)  # type: ignore[arg-type]  # NumPy's stub takes no names


def read_tuning(path: StrPath) -> Tuning:
    """Read what `save_tuning` wrote.

    Raises
    ------
    OSError, KeyError, ValueError
        If the file holds no tuning.
    """
    with np.load(Path(path), allow_pickle=False) as file:
        habits, critic = _part(Habits, _HABITS, file), _part(Critic, _CRITIC, file)
        floors = {genre: Floor(*own) for genre, own in zip(GENRES, file[_FLOORS].tolist(), strict=True)}
        groove = Groove(file[_GROOVE]) if _GROOVE in file else Groove()
        return Tuning(Contour(file[_CONTOUR], habits), critic, floors, groove)


def _part(kind: type[_Part], name: str, file: Mapping[str, Any]) -> _Part | None:
    """Return a part that a tuning may lack."""
    names = [f"{name}/{own.name}" for own in fields(kind)]
    return kind(*(file[own] for own in names)) if names[0] in file else None
