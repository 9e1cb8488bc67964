"""Measures of a band's music: MusPy's metrics, self-similarity, and difference between samples.

The six metrics follow the definitions of MusPy 0.5 (Dong et al. 2020, https://arxiv.org/abs/2008.01951), at
its usual resolution of 24 time steps to the quarter note.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Role
from gmn_core.generation.tokens.encoding import Tokens
from gmn_core.generation.tokens.sheet import rows_of

RESOLUTION = 24
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10))
SIMILARITY_BARS = (1, 2, 4, 8)

Rows = npt.NDArray[np.int64]


def muspy_metrics(band: Band) -> dict[str, float]:
    """Return MusPy's six metrics of a band; NaN where one is not defined (no drums, no pitched notes)."""
    scaled = {role: _at_resolution(rows_of(band, role)) for role in band.roles}
    drums = scaled.pop(Role.DRUMS, np.empty((0, 4), np.int64))
    pitched = np.concatenate([np.empty((0, 4), np.int64), *scaled.values()])
    everything = np.concatenate([pitched, drums])
    return {
        "pitch-class entropy": _pitch_class_entropy(pitched),
        "scale consistency": _scale_consistency(pitched),
        "groove consistency": _groove_consistency(everything, band.beats_per_bar * RESOLUTION),
        "empty-beat rate": _empty_beat_rate(everything),
        "polyphony": _polyphony(pitched),
        "drum-pattern consistency": _drum_pattern_consistency(drums),
    }


def _at_resolution(rows: Rows) -> Rows:
    """Return rows of onset, pitch, end and velocity in MusPy's time steps."""
    scale = RESOLUTION / TICKS_PER_BEAT
    onsets, ends = (np.rint(times * scale) for times in (rows[:, 0], rows[:, 0] + rows[:, 2]))
    columns = (onsets, rows[:, 1], np.maximum(ends, onsets + 1), rows[:, 3])
    return np.stack(columns, axis=1).astype(np.int64)


def _pitch_class_entropy(rows: Rows) -> float:
    if not len(rows):
        return float("nan")
    shares = np.bincount(rows[:, 1] % 12) / len(rows)
    shares = shares[shares > 0]
    return float(-np.sum(shares * np.log2(shares)))


def _scale_consistency(rows: Rows) -> float:
    if not len(rows):
        return float("nan")
    counts = np.bincount(rows[:, 1] % 12, minlength=12)
    inside = [counts[(np.array(scale) + root) % 12].sum() for scale in _SCALES for root in range(12)]
    return float(max(inside) / len(rows))


def _groove_consistency(rows: Rows, bar: int) -> float:
    if not len(rows):
        return float("nan")
    n_bars = int(rows[:, 2].max()) // bar + 1
    if n_bars < 2:
        return float("nan")
    struck = np.zeros((n_bars, bar), bool)
    struck[rows[:, 0] // bar, rows[:, 0] % bar] = True
    return float(1 - np.count_nonzero(struck[:-1] != struck[1:]) / (bar * (n_bars - 1)))


def _empty_beat_rate(rows: Rows) -> float:
    if not len(rows):
        return float("nan")
    beats = np.zeros(int(rows[:, 2].max()) // RESOLUTION + 1, bool)
    for onset, end in zip(
        (rows[:, 0] // RESOLUTION).tolist(), (rows[:, 2] // RESOLUTION).tolist(), strict=True
    ):
        beats[onset : end + 1] = True
    return float(1 - beats.mean())


def _polyphony(rows: Rows) -> float:
    if not len(rows):
        return float("nan")
    roll = np.zeros((int(rows[:, 2].max()), 128), bool)
    for onset, pitch, end, _ in rows.tolist():
        roll[onset:end, pitch] = True
    return float(roll.sum() / np.count_nonzero(roll.any(axis=1)))


def _drum_pattern_consistency(rows: Rows) -> float:
    if not len(rows):
        return float("nan")
    offsets = rows[:, 0] % RESOLUTION
    return float(max(np.mean(offsets % (RESOLUTION // parts) == 0) for parts in (4, 3)))


def self_similarity(tokens: Tokens, steps_per_bar: int) -> dict[int, float]:
    """Return the mean share of equal steps between bars one, two, four and eight apart.

    Steps at which neither bar has a stroke do not count.
    """
    bars = tokens[: len(tokens) // steps_per_bar * steps_per_bar].reshape(-1, steps_per_bar, tokens.shape[1])
    found = {}
    for apart in SIMILARITY_BARS:
        if len(bars) <= apart:
            found[apart] = float("nan")
            continue
        first, second = bars[:-apart], bars[apart:]
        counts = np.any((first > 1) | (second > 1), axis=2)
        same = np.all(first == second, axis=2)
        found[apart] = float(same[counts].mean()) if counts.any() else float("nan")
    return found


def diversity(samples: Sequence[Tokens]) -> float:
    """Return the mean share of differing tokens between pairs of samples, silence of both left out."""
    differences = []
    for index, first in enumerate(samples):
        for second in samples[index + 1 :]:
            n = min(len(first), len(second))
            sounding = (first[:n] != 0) | (second[:n] != 0)
            differences.append(float((first[:n] != second[:n])[sounding].mean()))
    return float(np.mean(differences)) if differences else float("nan")
