"""A genre recogniser that reads MIDI files as they are and knows nothing of bands.

It tells what the band's representation costs: trained on raw files, it is asked about held-out files before
and after their round trip through the representation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from gmn_core.genres import GENRES, Genre

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesClassifier
    from symusic.core import ScoreTick

Features = npt.NDArray[np.float64]

_N_DRUM_SOUNDS = 54  # General MIDI's drum sounds, 34 to 87
_FIRST_DRUM_SOUND = 34
_N_TREES = 400


def file_features(data: bytes) -> Features:
    """Describe a MIDI file by statistics of its notes.

    Parameters
    ----------
    data : bytes
        A readable MIDI file.

    Returns
    -------
    ndarray of float64, shape (n_features,)
        Shares of notes by instrument and by drum sound; histograms of pitch,
        pitch class, melodic interval, note length and position in the beat and
        bar; means and spreads of velocity; notes struck together; tempo.
    """
    from symusic import Score

    score = cast("ScoreTick", Score.from_midi(data))
    tpq = score.tpq
    parts = [(track, track.notes.numpy()) for track in score.tracks if len(track.notes)]
    pitched = [(track, notes) for track, notes in parts if not track.is_drum]
    drums = [notes for track, notes in parts if track.is_drum]
    tempos = [float(tempo.qpm) for tempo in score.tempos] or [120.0]
    return np.concatenate(
        [
            _instrument_shares([(int(track.program), len(track.notes)) for track, _ in pitched]),
            _drum_shares(_column(drums, "pitch")),
            _pitch_statistics([notes for _, notes in pitched]),
            _time_statistics(_column([notes for _, notes in pitched], "time"), tpq),
            _time_statistics(_column(drums, "time"), tpq),
            _histogram(_column([notes for _, notes in pitched], "duration") / tpq, _LENGTH_BOUNDS),
            _spread(_column([notes for _, notes in pitched], "velocity")),
            _spread(_column(drums, "velocity")),
            [float(np.log(np.median(tempos)))],
        ]
    )


_LENGTH_BOUNDS = np.array([0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9, 1.1, 1.6, 2.2, 4.1, 1e9])


def _column(parts: Sequence[dict[str, npt.NDArray[np.int32]]], name: str) -> Features:
    return np.concatenate([np.zeros(0), *(part[name] for part in parts)])


def _histogram(values: Features, bounds: npt.NDArray[np.floating | np.integer]) -> Features:
    counts = np.histogram(values, bounds)[0]
    return counts / max(len(values), 1)


def _spread(values: Features) -> Features:
    return np.array([values.mean(), values.std()]) if len(values) else np.zeros(2)


def _instrument_shares(parts: Sequence[tuple[int, int]]) -> Features:
    shares = np.zeros(128)
    for program, n_notes in parts:
        shares[program] += n_notes
    shares /= max(shares.sum(), 1)
    return np.concatenate([shares, shares.reshape(16, 8).sum(axis=1)])


def _drum_shares(sounds: Features) -> Features:
    bounds = np.arange(_FIRST_DRUM_SOUND, _FIRST_DRUM_SOUND + _N_DRUM_SOUNDS + 1)
    return np.append(_histogram(sounds, bounds), len(sounds) > 0)


def _pitch_statistics(parts: Sequence[dict[str, npt.NDArray[np.int32]]]) -> Features:
    pitches = _column(parts, "pitch")
    steps = np.concatenate([np.zeros(0), *(np.abs(np.diff(part["pitch"])) for part in parts)])
    classes = np.bincount(pitches.astype(int) % 12, minlength=12) / max(len(pitches), 1)
    strokes = sum(len(np.unique(part["time"])) for part in parts)
    return np.concatenate(
        [
            np.sort(classes)[::-1],
            _histogram(pitches, np.arange(24, 109, 6)),
            _histogram(steps, np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 200])),
            [len(pitches) / max(strokes, 1)],
        ]
    )


def _time_statistics(onsets: Features, tpq: int) -> Features:
    if not len(onsets):
        return np.zeros(12 + 16 + 1)
    beats = onsets / tpq
    in_beat = np.rint((beats % 1) * 12).astype(int) % 12
    in_bar = np.rint((beats % 4) * 4).astype(int) % 16
    density = len(onsets) / max(np.ptp(beats), 1.0)
    return np.concatenate(
        [
            np.bincount(in_beat, minlength=12) / len(onsets),
            np.bincount(in_bar, minlength=16) / len(onsets),
            [density],
        ]
    )


def train_recogniser(features: Features, genres: Sequence[Genre], seed: int = 0) -> ExtraTreesClassifier:
    """Fit a forest of extremely randomised trees (Geurts, Ernst and Wehenkel 2006), genres weighted evenly.

    Parameters
    ----------
    features : ndarray, shape (n_pieces, n_features)
        One row a piece.
    genres : sequence of Genre, length n_pieces
        Their labels.
    seed : int
        Seed of the forest.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    labels = [GENRES.index(genre) for genre in genres]
    forest = ExtraTreesClassifier(
        _N_TREES, min_samples_leaf=2, class_weight="balanced", random_state=seed, n_jobs=1
    )
    return forest.fit(features, labels)
