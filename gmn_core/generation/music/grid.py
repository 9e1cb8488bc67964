"""The grid of a piece: straight sixteenths, or beats cut into three."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import TICKS_PER_BEAT

STRAIGHT, TRIPLET = 4, 6


def find_steps_per_beat(onsets: npt.NDArray[np.int64]) -> int:
    """Return the grid that the onsets fit better: 4 or 6 steps to the quarter note.

    Parameters
    ----------
    onsets : ndarray of int, shape (n,)
        Times in ticks.

    Returns
    -------
    int
        The grid whose mean distance to the onsets is smaller, each measured
        in steps of that grid, since the finer grid is nearer by chance alone.
    """
    straight, triplet = (grid * np.mean(np.abs(deviation(onsets, grid))) for grid in (STRAIGHT, TRIPLET))
    return TRIPLET if triplet < straight else STRAIGHT


def deviation(onsets: npt.NDArray[np.int64], steps_per_beat: int) -> npt.NDArray[np.float64]:
    """Return how far each onset lies after (or before) its nearest grid step, in ticks."""
    step = TICKS_PER_BEAT / steps_per_beat
    return onsets - np.rint(onsets / step) * step
