"""Contour: how far each role moves from one stroke to the next, and where it lies.

A small network forgets where a voice was while it rests or holds, and then leaps too often and steps too
seldom. By how much is measured (`training.contour`), and the logits of a strike are moved by the logarithm of
how much oftener real pieces make the interval than the network does.

A piece has habits too: a bass that walks goes on walking, and stays where it lies. Which intervals and
pitches to expect of a role, given those that it has played, is reckoned as from Pólya's urn: what is usual
counts as much as some number of the piece's own strokes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.tokens.encoding import ACTION_SLOTS, ACTION_TOKENS, FIRST_PITCH, Tokens

WIDEST_INTERVAL = 24
"""Semitones up or down; wider intervals count as these."""
N_INTERVALS = 2 * WIDEST_INTERVAL + 1
N_PITCHES = ACTION_TOKENS - FIRST_PITCH

Table = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]
_ACTIONS = np.arange(ACTION_TOKENS)
# Of each action after another its place among the intervals; after none, behind them.
_INTERVAL = np.clip(_ACTIONS - _ACTIONS[:, None], -WIDEST_INTERVAL, WIDEST_INTERVAL) + WIDEST_INTERVAL
_INTERVAL[:FIRST_PITCH] = N_INTERVALS
_INTERVAL_HABIT, _REGISTER_HABIT = np.float32(0.8), np.float32(0.4)  # of the urn's advice that is followed
_NEARBY = 4  # semitones around a pitch that belong to its register
# Of each pitch to each other, the nearer the more.
_NEARNESS = (
    np.maximum(_NEARBY + 1 - np.abs(np.subtract.outer(np.arange(N_PITCHES), np.arange(N_PITCHES))), 0)
    / (_NEARBY + 1) ** 2
)
_USUAL_STROKES = 8.0  # of a piece that count as much as the register that is usual


def _no_table() -> Table:
    return np.zeros((len(PITCHED_ROLES), N_INTERVALS), np.float32)


class Moves(NamedTuple):
    """What is added to the logits of a strike.

    Parameters
    ----------
    intervals : ndarray of float32, shape (n_pitched_roles, `N_INTERVALS`)
        By the interval from the role's last stroke, from the widest down to the
        widest up.
    pitches : ndarray of float32, shape (n_pitched_roles, `N_PITCHES`)
        By the pitch.
    """

    intervals: Table
    pitches: Table

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
        row = PITCHED_ROLES.index(role)
        found: npt.NDArray[np.float32] = np.append(self.intervals[row], np.float32(0))[_INTERVAL[latest]]
        found[:, FIRST_PITCH:] += self.pitches[row]
        return found


NO_MOVES = Moves(_no_table(), np.zeros((len(PITCHED_ROLES), N_PITCHES), np.float32))


@dataclass(frozen=True, eq=False)
class Habits:
    """What is usual among real pieces, and how much they differ.

    Parameters
    ----------
    intervals : ndarray of float32, shape (n_pitched_roles, `N_INTERVALS`)
        The share of each interval, above 0.
    pitches : ndarray of float32, shape (n_pitched_roles, `N_PITCHES`)
        The share of each pitch.
    strokes : ndarray of float32, shape (n_pitched_roles,)
        How many of a piece's own intervals count as much as the usual ones.
    """

    intervals: Table
    pitches: Table
    strokes: Table

    def of(self, played: Tokens) -> Moves:
        """Return how a piece leans towards its tokens so far, which have shape (n_steps, n_slots)."""
        counts = count_intervals(played)
        seen, usual = counts.sum(axis=1, keepdims=True), self.strokes[:, None]
        intervals = np.log((counts / self.intervals + usual) / (seen + usual))
        struck = count_pitches(played)
        n = struck.sum(axis=1, keepdims=True)
        register = np.log((nearby(struck) / nearby(self.pitches) + _USUAL_STROKES) / (n + _USUAL_STROKES))
        return Moves(
            _INTERVAL_HABIT * intervals.astype(np.float32), _REGISTER_HABIT * register.astype(np.float32)
        )


@dataclass(frozen=True, eq=False)
class Contour:
    """How a role's strikes are moved by its interval from the last one.

    Parameters
    ----------
    table : ndarray of float32, shape (n_pitched_roles, `N_INTERVALS`)
        Of each role, from the widest interval down to the widest up; all 0
        leaves the network alone.
    habits : Habits, optional
        What a piece's own intervals and pitches are held against; without them
        it has no habits.
    """

    table: Table = field(default_factory=_no_table)
    habits: Habits | None = None

    def moves(self, played: Tokens) -> Moves:
        """Return what is added to the logits of a piece that has been played so far."""
        if self.habits is None:
            return Moves(self.table, NO_MOVES.pitches)
        intervals, pitches = self.habits.of(played)
        return Moves(self.table + intervals, pitches)


def count_intervals(tokens: Tokens) -> Counts:
    """Count the intervals between each role's consecutive strokes.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        A piece.

    Returns
    -------
    ndarray of int64, shape (n_pitched_roles, `N_INTERVALS`)
        From the widest interval down to the widest up, of the lowest notes.
    """
    found = np.zeros((len(ACTION_SLOTS), N_INTERVALS), np.int64)
    for row, slot in enumerate(ACTION_SLOTS):
        struck = tokens[tokens[:, slot] >= FIRST_PITCH, slot].astype(np.int64)
        steps = np.clip(np.diff(struck), -WIDEST_INTERVAL, WIDEST_INTERVAL) + WIDEST_INTERVAL
        found[row] = np.bincount(steps, minlength=found.shape[1])
    return found


def count_pitches(tokens: Tokens) -> Counts:
    """Count the lowest notes of each role's strokes, from the lowest pitch of all up.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        A piece.

    Returns
    -------
    ndarray of int64, shape (n_pitched_roles, `N_PITCHES`)
    """
    actions = tokens[:, list(ACTION_SLOTS)].astype(np.int64) - FIRST_PITCH
    return np.array([np.bincount(own[own >= 0], minlength=N_PITCHES) for own in actions.T])


def nearby(counts: npt.NDArray[np.number]) -> npt.NDArray[np.float64]:
    """Return counts of pitches with their neighbours', the nearer the more; shape as given.

    Examples
    --------
    >>> import numpy as np
    >>> nearby(np.eye(1, N_PITCHES, 40))[0, 36:41].round(2).tolist()
    [0.04, 0.08, 0.12, 0.16, 0.2]
    """
    found: npt.NDArray[np.float64] = counts @ _NEARNESS
    return found
