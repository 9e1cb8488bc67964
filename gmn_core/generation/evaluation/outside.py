"""A genre recogniser that reads MIDI files directly, without the band's representation.

It measures what the representation costs: trained on raw files, it classifies held-out files before and after
their round trip through the representation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.generation.evaluation.excerpts import spread_over
from gmn_core.generation.music.midi import DURATION, ONSET, PITCH, VELOCITY, MidiFile, Notes, Part, read_midi
from gmn_core.genres import GENRES, Genre

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesClassifier

Features = npt.NDArray[np.float64]
Values = npt.NDArray[np.float64] | npt.NDArray[np.int64]

_N_DRUM_SOUNDS = 54  # General MIDI's drum sounds, 34 to 87
_FIRST_DRUM_SOUND = 34
_N_TREES = 400


def file_features(data: bytes) -> Features:
    """Return everything that `feature_groups` says of a MIDI file, shape (n_features,)."""
    return _joined_groups(feature_groups(data))


def feature_groups(data: bytes) -> dict[str, Features]:
    """Describe a MIDI file by statistics of its notes.

    Parameters
    ----------
    data : bytes
        A readable MIDI file.

    Returns
    -------
    dict of str to ndarray of float64
        By what they describe: shares of notes by instrument and by drum sound;
        histograms of pitch, pitch class and melodic interval, with notes struck
        together; of position in the beat and bar, of notes and of drums; of
        note length; means and spreads of velocity; tempo.

    Raises
    ------
    GenerationError
        If `read_midi` refuses the file.
    """
    file = read_midi(data)
    return _described(file.parts(), file.ticks_per_beat, _tempo(file))


def excerpt_features(data: bytes, seconds: float, n: int) -> list[Features]:
    """Describe up to ``n`` excerpts of a MIDI file, spread over it, as `file_features` does the whole.

    They are whole bars of four quarter notes, about ``seconds`` long at the file's usual tempo.
    """
    file = read_midi(data)
    parts, tempo = file.parts(), _tempo(file)
    bar = 4 * file.ticks_per_beat
    length = max(round(seconds * tempo / 60 / 4), 1) * bar
    onsets = _joined(parts)[:, ONSET]
    first = int(onsets.min()) // bar * bar
    n_whole = max((int(onsets.max()) - first) // length, 1)
    found = []
    for index in spread_over(n_whole, n):
        excerpt = _between(parts, first + index * length, first + (index + 1) * length)
        if excerpt:
            found.append(_joined_groups(_described(excerpt, file.ticks_per_beat, tempo)))
    return found


def _joined_groups(groups: Mapping[str, Features]) -> Features:
    return np.concatenate(list(groups.values()))


def _between(parts: Sequence[Part], start: int, end: int) -> list[Part]:
    """Return the notes that begin from one tick up to another, counted from the first."""
    found = []
    for part in parts:
        notes = part.notes[(part.notes[:, ONSET] >= start) & (part.notes[:, ONSET] < end)].copy()
        notes[:, ONSET] -= start
        if len(notes):
            found.append(replace(part, notes=notes))
    return found


def _tempo(file: MidiFile) -> float:
    """Return the usual tempo in quarter notes per minute."""
    return float(np.median([tempo.per_minute for tempo in file.tempos] or [120.0]))


def _described(parts: Sequence[Part], ticks: int, tempo: float) -> dict[str, Features]:
    pitched = [part for part in parts if not part.is_drum]
    drums = _joined([part for part in parts if part.is_drum])
    tones = _joined(pitched)
    return {
        "instruments": _instrument_shares(pitched),
        "drum sounds": _drum_shares(drums[:, PITCH]),
        "pitches": _pitch_statistics(pitched),
        "onsets": _time_statistics(tones[:, ONSET], ticks),
        "drum onsets": _time_statistics(drums[:, ONSET], ticks),
        "note lengths": _histogram(tones[:, DURATION] / ticks, _LENGTH_BOUNDS),
        "velocities": np.concatenate([_spread(tones[:, VELOCITY]), _spread(drums[:, VELOCITY])]),
        "tempo": np.array([float(np.log(tempo))]),
    }


_LENGTH_BOUNDS = np.array([0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9, 1.1, 1.6, 2.2, 4.1, 1e9])


def _joined(parts: Sequence[Part]) -> Notes:
    return np.concatenate([np.zeros((0, 4), np.int64), *(part.notes for part in parts)])


def _histogram(values: Values, bounds: Values) -> Features:
    counts = np.histogram(values, bounds)[0]
    return counts / max(len(values), 1)


def _spread(values: Values) -> Features:
    return np.array([values.mean(), values.std()]) if len(values) else np.zeros(2)


def _instrument_shares(parts: Sequence[Part]) -> Features:
    shares = np.zeros(128)
    for part in parts:
        shares[part.program] += len(part.notes)
    shares /= max(shares.sum(), 1)
    return np.concatenate([shares, shares.reshape(16, 8).sum(axis=1)])


def _drum_shares(sounds: Values) -> Features:
    bounds = np.arange(_FIRST_DRUM_SOUND, _FIRST_DRUM_SOUND + _N_DRUM_SOUNDS + 1)
    return np.append(_histogram(sounds, bounds), len(sounds) > 0)


def _pitch_statistics(parts: Sequence[Part]) -> Features:
    pitches = _joined(parts)[:, PITCH]
    steps = np.concatenate([np.zeros(0), *(np.abs(np.diff(part.notes[:, PITCH])) for part in parts)])
    classes = np.bincount(pitches % 12, minlength=12) / max(len(pitches), 1)
    strokes = sum(len(np.unique(part.notes[:, ONSET])) for part in parts)
    return np.concatenate(
        [
            np.sort(classes)[::-1],
            _histogram(pitches, np.arange(24, 109, 6)),
            _histogram(steps, np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 200])),
            [len(pitches) / max(strokes, 1)],
        ]
    )


def _time_statistics(onsets: Values, ticks_per_beat: int) -> Features:
    if not len(onsets):
        return np.zeros(12 + 16 + 1)
    beats = onsets / ticks_per_beat
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
        One row per piece.
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
