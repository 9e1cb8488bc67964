"""A running median over many rows at once: what splits sound into harmonic and percussive parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Spectra = npt.NDArray[np.float32]

_LANES = 64
"""Rows that are worked on together: their windows stay in a processor's first cache."""


def running_median(values: Spectra, size: int) -> Spectra:
    """Return the median of each value and its neighbours down each column.

    The values are those of `scipy.ndimage.median_filter` with
    ``mode="reflect"``, in about a tenth of the time: each window is kept
    sorted while it moves by one value out and one in, in many columns at once
    without a branch, as vector units like it.

    Parameters
    ----------
    values : ndarray of float32, shape (n_values, n_columns)
        No NaN.
    size : int
        Length of the window, an odd number.

    Returns
    -------
    ndarray of float32, shape (n_values, n_columns)
        At the ends the values are mirrored.
    """
    return _compiled()(np.ascontiguousarray(values), size)


@cache
def _compiled() -> Callable[[Spectra, int], Spectra]:
    """Compile the loops, or load what an earlier process has compiled; without Python's lock."""
    import numba
    from platformdirs import user_cache_path

    settings: Any = numba.config  # its names are set when it is imported
    given = settings.CACHE_DIR  # as NUMBA_CACHE_DIR names it
    # By default numba would write beside this file, and nothing is to be written into the package.
    settings.CACHE_DIR = given or str(user_cache_path("generative-music-network", appauthor=False))
    try:
        compiled: Callable[[Spectra, int], Spectra] = numba.njit(cache=True, nogil=True)(_medians)
    except RuntimeError:  # no folder that can be written to
        compiled = numba.njit(nogil=True)(_medians)
    finally:
        settings.CACHE_DIR = given
    return compiled


def _medians(values: Spectra, size: int) -> Spectra:
    n_values, n_columns = values.shape
    half = size // 2
    medians = np.empty_like(values)
    window = np.empty((size, _LANES), np.float32)
    entering = np.empty(_LANES, np.float32)
    leaving = np.empty(_LANES, np.float32)
    for first in range(0, n_columns, _LANES):
        n_lanes = min(_LANES, n_columns - first)
        for filled in range(size):
            place = (filled - half) % (2 * n_values)
            row = min(place, 2 * n_values - 1 - place)
            for lane in range(n_lanes):
                entering[lane] = values[row, first + lane]
            for rank in range(filled):
                for lane in range(n_lanes):
                    held, new = window[rank, lane], entering[lane]
                    window[rank, lane] = held if held < new else new
                    entering[lane] = new if held < new else held
            for lane in range(n_lanes):
                window[filled, lane] = entering[lane]
        for centre in range(n_values):
            for lane in range(n_lanes):
                medians[centre, first + lane] = window[half, lane]
            place = (centre - half) % (2 * n_values)
            row = min(place, 2 * n_values - 1 - place)
            for lane in range(n_lanes):
                leaving[lane] = values[row, first + lane]
            place = (centre + 1 + half) % (2 * n_values)
            row = min(place, 2 * n_values - 1 - place)
            for rank in range(size - 1):  # whatever is above the value that leaves moves down by one
                for lane in range(n_lanes):
                    held = window[rank, lane]
                    window[rank, lane] = held if held < leaving[lane] else window[rank + 1, lane]
            for lane in range(n_lanes):
                entering[lane] = values[row, first + lane]
            for rank in range(size - 1):
                for lane in range(n_lanes):
                    held, new = window[rank, lane], entering[lane]
                    window[rank, lane] = held if held < new else new
                    entering[lane] = new if held < new else held
            for lane in range(n_lanes):
                window[size - 1, lane] = entering[lane]
    return medians
