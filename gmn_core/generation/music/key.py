"""The key of a piece, found from how long each pitch class sounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# Probe-tone profiles of Krumhansl and Kessler (1982), from C.
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_LONGEST_WEIGHT = 960  # ticks: a held drone says no more about the key than two beats of it


def find_key(parts: Sequence[npt.NDArray[np.int64]]) -> tuple[int, bool]:
    """Find the key by the correlation of durations with key profiles (Krumhansl and Schmuckler).

    Parameters
    ----------
    parts : sequence of ndarray, shape (n_notes, 4)
        Rows of onset, pitch, duration and velocity of the pitched roles.

    Returns
    -------
    tonic : int
        Pitch class, 0 (C) to 11 (B); 0 for a piece without pitched notes.
    minor : bool
        Whether the key is a minor one.
    """
    weights = np.zeros(12)
    for rows in parts:
        np.add.at(weights, rows[:, 1] % 12, np.minimum(rows[:, 2], _LONGEST_WEIGHT))
    if not np.ptp(weights):
        return 0, False
    scores = [
        np.corrcoef(np.roll(profile, tonic), weights)[0, 1]
        for profile in (_MAJOR, _MINOR)
        for tonic in range(12)
    ]
    best = int(np.argmax(scores))
    return best % 12, best >= 12
