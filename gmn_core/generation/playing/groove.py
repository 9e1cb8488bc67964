"""The groove: how often a player goes on as in an earlier bar.

Drummers play a pattern again, and the others its rhythm to other notes. A network that draws step after step
departs from what it played by chance, more often than players do. By how much is measured
(`training.groove`), and so many bars keep to an earlier one's rhythm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.playing.form import Memory
from gmn_core.generation.tokens.encoding import ACTION_SLOTS, FIRST_PITCH, N_DRUM_SLOTS, Tokens
from gmn_core.generation.tokens.outline import HOLDS, LAYERS, LITTLE, RETURN_BARS, UNKNOWN, Outline
from gmn_core.genres import GENRES, Genre

LOOKED_BACK = 8
"""Bars in which a rhythm must not have been for it to be new."""

_WARM_UP = 4  # bars in which much must be new

Table = npt.NDArray[np.float32]
_LAYER = [next(n for n, layer in enumerate(LAYERS) if role in layer) for role in Role]


def _no_table() -> Table:
    return np.zeros((len(GENRES), len(Role)), np.float32)


@dataclass(frozen=True, eq=False)
class Groove:
    """How often each role keeps to the rhythm of an earlier bar.

    Parameters
    ----------
    table : ndarray of float32, shape (n_genres, n_roles)
        The share of the bars in which it does where it could; all 0 leaves
        every bar to the network.
    """

    table: Table = field(default_factory=_no_table)

    def draw(
        self, outline: Outline, memory: Memory, genres: Mapping[Genre, float], rng: np.random.Generator
    ) -> Memory:
        """Draw which bars keep to which.

        A role does so where it is planned to be as busy as in the earlier bar,
        the outline does not say that hardly anything returns from there, and
        nothing comes from memory; of the bars that this leaves, as in the one
        from which most returns.

        Parameters
        ----------
        outline : Outline
            How the piece is built.
        memory : ndarray of int64, shape (n_bars, n_layers)
            What is played from memory.
        genres : mapping of Genre to float
            The share of each genre.
        rng : numpy Generator
            Gives a random number for each bar and role.

        Returns
        -------
        ndarray of int64, shape (n_bars, n_roles)
            How many bars before is the bar whose rhythm is kept; 0 for none.
        """
        shares = sum((share * self.table[GENRES.index(genre)] for genre, share in genres.items()), 0)
        n_bars = outline.n_bars
        bars = np.arange(n_bars)
        activity = outline.activity
        # How much returns from each bar that a role may keep to; -1 where it may not.
        level = np.full((len(RETURN_BARS), n_bars, len(Role)), -1)
        for lag, apart in enumerate(RETURN_BARS):
            returns = outline.returns[:, _LAYER, lag].astype(int)
            alike = (activity > HOLDS) & (activity == activity[np.maximum(bars - apart, 0)])
            possible = alike & (returns != LITTLE) & (bars >= apart)[:, None]
            level[lag] = np.where(possible, returns, -1)
        best = level.argmax(axis=0)
        keeps = (level.max(axis=0) >= UNKNOWN) & (memory[:, _LAYER] == 0)
        keeps &= rng.random(keeps.shape) < shares
        return np.where(keeps, np.array(RETURN_BARS)[best], 0)


def count_rhythms(tokens: Tokens, steps_per_bar: int) -> npt.NDArray[np.int64]:
    """Count the bars in which each role plays, and those whose rhythm is new.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        Whole bars.
    steps_per_bar : int
        Grid steps in a bar.

    Returns
    -------
    ndarray of int64, shape (n_roles, 2)
        From the fifth bar on: bars with a stroke, and those of them with a
        rhythm that none of the `LOOKED_BACK` bars before has. The rhythm of
        drums is which are struck, and how hard.
    """
    bars = tokens.reshape(-1, steps_per_bar, tokens.shape[1])
    rhythms: dict[Role, npt.NDArray[Any]] = {Role.DRUMS: bars[:, :, :N_DRUM_SLOTS]}
    rhythms |= {
        role: (bars[:, :, slot] >= FIRST_PITCH)[..., None]
        for role, slot in zip(PITCHED_ROLES, ACTION_SLOTS, strict=True)
    }
    found = np.zeros((len(Role), 2), np.int64)
    for row, role in enumerate(Role):
        own = [rhythm.tobytes() if rhythm.any() else b"" for rhythm in rhythms[role]]
        for bar in range(_WARM_UP, len(own)):
            if own[bar]:
                found[row] += 1, own[bar] not in own[max(bar - LOOKED_BACK, 0) : bar]
    return found
