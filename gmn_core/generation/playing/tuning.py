"""The tuning: what was learned by holding a trained generator's pieces against real ones.

It leaves the network as it is. A generator without a tuning plays too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.files import StrPath
from gmn_core.generation.playing.contour import Contour
from gmn_core.generation.playing.critic import Critic
from gmn_core.generation.playing.floor import Floor
from gmn_core.genres import GENRES, Genre

_CONTOUR, _CRITIC, _FLOORS = "contour", "critic", "floors"


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
    """

    contour: Contour = field(default_factory=Contour)
    critic: Critic | None = None
    floors: Mapping[Genre, Floor] = field(default_factory=dict)

    def floor(self, genre: Genre) -> Floor:
        """Return a genre's floor."""
        return self.floors.get(genre, Floor())


def save_tuning(path: StrPath, tuning: Tuning) -> None:
    """Write a tuning as one NumPy file."""
    arrays: dict[str, npt.NDArray[Any]] = {_CONTOUR: tuning.contour.table}
    if tuning.critic is not None:
        critic = tuning.critic
        arrays |= {f"{_CRITIC}/{own.name}": getattr(critic, own.name) for own in fields(Critic)}
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
        critic = None
        if f"{_CRITIC}/mean" in file:
            critic = Critic(*(file[f"{_CRITIC}/{own.name}"] for own in fields(Critic)))
        floors = {genre: Floor(*own) for genre, own in zip(GENRES, file[_FLOORS].tolist(), strict=True)}
        return Tuning(Contour(file[_CONTOUR]), critic, floors)
