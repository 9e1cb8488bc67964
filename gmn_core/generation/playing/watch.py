"""The watch on a take: what it shares with training pieces, and how it keeps to its genre's floor.

Neither grows less from bar to bar, so that a take that has too much of either is broken off. A draft of a bar
that would share too much is not played while there are others.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gmn_core.generation.playing.floor import Floor
from gmn_core.generation.playing.memorisation import SharedRuns
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.planning import Plan
from gmn_core.generation.tokens.encoding import Tokens
from gmn_core.genres import Genre

_CHECKED_BARS = 4  # from one look at the floor to the next


class Rejected(Exception):  # noqa: N818  # it ends an attempt, and is no error
    """A take is broken off.

    Parameters
    ----------
    complaint : str
        Why.
    playable : bool
        Whether it may be played if there is nothing better.
    """

    def __init__(self, complaint: str, *, playable: bool = False) -> None:
        super().__init__(complaint)
        self.playable = playable


class Watch:
    """Watches a take from bar to bar.

    Parameters
    ----------
    plan : Plan
        Gives the metre, the length and the opening, which is not watched.
    genre : Genre
        Whose pieces say how much may be shared.
    model : GeneratorModel
        Knows the training pieces.
    floor : Floor, optional
        What the take is rejected below.
    strict : bool
        Whether a take that shares too much is rejected, or only avoids it.
    """

    def __init__(
        self, plan: Plan, genre: Genre, model: GeneratorModel, floor: Floor | None, *, strict: bool = True
    ) -> None:
        self._plan, self._shapes, self._floor, self._strict = plan, model.shapes, floor, strict
        self._bar = plan.sheet.steps_per_bar
        self._first = plan.n_opening // self._bar
        n_bars = plan.n_bars - self._first
        self._shared = SharedRuns(model.run_limits[genre], model.runs, self._bar, n_bars)

    def unwanted(self, drafts: Tokens) -> npt.NDArray[np.bool_]:
        """Say of each draft of a bar, shape (n_drafts, n_steps, n_slots), whether it shares too much."""
        return self._shared.too_many(drafts)

    def note(self, bar: int, tokens: Tokens) -> None:
        """Take note of a bar that is played.

        Parameters
        ----------
        bar : int
            Its number.
        tokens : ndarray of int16, shape (n_steps, n_slots)
            The piece up to its end.

        Raises
        ------
        Rejected
            If the take has no future.
        """
        self._shared.add(tokens[-self._bar :])
        if self._strict and (complaint := self._shared.complaint):
            raise Rejected(complaint)
        n_played, last = bar + 1 - self._first, bar + 1 == self._plan.n_bars
        if self._floor is None or not (last or n_played % _CHECKED_BARS == 0):
            return
        own = tokens[self._plan.n_opening :]
        if complaint := self._floor.complaint(own, self._plan.sheet, self._shapes):
            raise Rejected(complaint, playable=True)
