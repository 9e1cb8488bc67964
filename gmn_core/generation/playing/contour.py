"""Contour: how far each role moves from one stroke to the next.

A small network forgets where a voice was while it rests or holds, and then leaps too often and steps too
seldom. By how much is measured (`training.contour`), and the logits of a strike are moved by the logarithm of
how much oftener real pieces make the interval than the network does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.tokens.encoding import ACTION_SLOTS, ACTION_TOKENS, FIRST_PITCH, Tokens

WIDEST_INTERVAL = 24
"""Semitones up or down; wider intervals count as these."""

Table = npt.NDArray[np.float32]
_ACTIONS = np.arange(ACTION_TOKENS)


def _no_table() -> Table:
    return np.zeros((len(PITCHED_ROLES), 2 * WIDEST_INTERVAL + 1), np.float32)


@dataclass(frozen=True, eq=False)
class Contour:
    """What is added to the logits of a strike by its interval from the role's last one.

    Parameters
    ----------
    table : ndarray of float32, shape (n_pitched_roles, 2 * `WIDEST_INTERVAL` + 1)
        Of each role, from the widest interval down to the widest up; all 0
        leaves the network alone.
    """

    table: Table = field(default_factory=_no_table)

    def fit(self, role: Role, latest: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return what is added to each action.

        Parameters
        ----------
        role : Role
            Whose.
        latest : ndarray of int, shape (n_drafts,)
            The action with which it last struck; 0 before it has.

        Returns
        -------
        ndarray of float32, shape (n_drafts, n_actions)
        """
        found: npt.NDArray[np.float32] = self._moves[PITCHED_ROLES.index(role)][latest]
        return found

    @cached_property
    def _moves(self) -> Table:
        """What is added to each action after another, shape (n_pitched_roles, n_actions, n_actions)."""
        interval = np.clip(_ACTIONS - _ACTIONS[:, None], -WIDEST_INTERVAL, WIDEST_INTERVAL) + WIDEST_INTERVAL
        moves = self.table[:, interval]
        moves[:, :FIRST_PITCH] = 0
        return moves


def count_intervals(tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count the intervals between each role's consecutive strokes.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        A piece.

    Returns
    -------
    ndarray of int64, shape (n_pitched_roles, 2 * `WIDEST_INTERVAL` + 1)
        From the widest interval down to the widest up, of the lowest notes.
    """
    found = np.zeros((len(ACTION_SLOTS), 2 * WIDEST_INTERVAL + 1), np.int64)
    for row, slot in enumerate(ACTION_SLOTS):
        struck = tokens[tokens[:, slot] >= FIRST_PITCH, slot].astype(np.int64)
        steps = np.clip(np.diff(struck), -WIDEST_INTERVAL, WIDEST_INTERVAL) + WIDEST_INTERVAL
        found[row] = np.bincount(steps, minlength=found.shape[1])
    return found
