"""Measures of harmony: whether it moves, keeps to a scale, or collapses onto a note or two.

Each is a share of the onsets of the pitched roles, so that long notes and short ones count alike. NaN where
a piece has too few notes to be measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.music.band import PITCHED_ROLES, TICKS_PER_BEAT, Band
from gmn_core.generation.music.midi import ONSET, PITCH
from gmn_core.generation.tokens.sheet import rows_of
from gmn_core.genres import GENRES

Counts = npt.NDArray[np.int64]

WINDOW_SECONDS = 30.0
_FEWEST_ONSETS = 24  # of pitched notes; fewer say nothing about harmony
_SCALE_NOTES = 7
_COLLAPSED_TO_ONE, _COLLAPSED_TO_TWO = 0.5, 0.75


def pitch_class_counts(band: Band, start: int = 0, end: int | None = None) -> Counts:
    """Count the onsets of each pitch class.

    Parameters
    ----------
    band : Band
        The piece; drums are left out.
    start, end : int, optional
        Ticks between which onsets count; by default all do.

    Returns
    -------
    ndarray of int64, shape (12,)
        Onsets by pitch class, from C.
    """
    rows = np.concatenate(
        [np.empty((0, 4), np.int64), *(rows_of(band, role) for role in PITCHED_ROLES if role in band.notes)]
    )
    inside = (rows[:, ONSET] >= start) & (rows[:, ONSET] < (band.length + 1 if end is None else end))
    return np.bincount(rows[inside, PITCH] % 12, minlength=12)


def commonest_share(band: Band) -> float:
    """Return the share of the commonest pitch class."""
    counts = pitch_class_counts(band)
    return float(counts.max() / counts.sum()) if counts.sum() >= _FEWEST_ONSETS else float("nan")


def foreign_share(band: Band) -> float:
    """Return the share of onsets outside the piece's seven commonest pitch classes."""
    counts = np.sort(pitch_class_counts(band))
    return (
        float(counts[:-_SCALE_NOTES].sum() / counts.sum()) if counts.sum() >= _FEWEST_ONSETS else float("nan")
    )


def has_collapsed(counts: Counts) -> bool:
    """Say whether harmony stands still: one pitch class has over half of the onsets, or two have 3/4."""
    shares = np.sort(counts / max(counts.sum(), 1))
    return bool(shares[-1] > _COLLAPSED_TO_ONE or shares[-2:].sum() > _COLLAPSED_TO_TWO)


def collapsed_windows(band: Band, seconds: float = WINDOW_SECONDS) -> list[bool]:
    """Say of each window of a piece whether its harmony has collapsed.

    Parameters
    ----------
    band : Band
        The piece.
    seconds : float
        Length of a window; the last one may be half as long.

    Returns
    -------
    list of bool
        One per window with enough notes to tell.
    """
    step = round(seconds * band.tempo / 60 * TICKS_PER_BEAT)
    starts = range(0, max(band.length - step // 2, 1), step)
    windows = [pitch_class_counts(band, start, start + step) for start in starts]
    return [has_collapsed(counts) for counts in windows if counts.sum() >= _FEWEST_ONSETS]


def harmony_measures(bands: Sequence[Band]) -> dict[str, float]:
    """Return the means over pieces, and the share of windows that have collapsed."""
    windows = [window for band in bands for window in collapsed_windows(band)]
    return {
        "commonest pitch class": _mean([commonest_share(band) for band in bands]),
        "outside the seven commonest": _mean([foreign_share(band) for band in bands]),
        "collapsed windows": _mean(windows),
    }


def _mean(values: Sequence[float]) -> float:
    known = np.array(values, float)[~np.isnan(np.array(values, float))]
    return float(known.mean()) if len(known) else float("nan")


def harmony_report(real: Sequence[MeasuredPiece], samples: Sequence[MeasuredPiece]) -> dict[str, Any]:
    """Return the measures of harmony, overall and of each genre."""
    report: dict[str, Any] = {}
    for name, group in (("held-out real", real), ("samples", samples)):
        by_genre = {genre: [each.band for each in group if each.genre is genre] for genre in GENRES}
        report[name] = {
            "all": harmony_measures([each.band for each in group]),
            **{genre.value: harmony_measures(bands) for genre, bands in by_genre.items() if bands},
        }
    return report
