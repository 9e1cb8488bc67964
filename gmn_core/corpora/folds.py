"""Folds that keep an artist on one side, and the random folds that do not.

GTZAN holds many clips of some artists, and some recordings twice. Where one
side of a split has heard the other side's artists, a classifier is rewarded for
knowing the artist (Flexer, "A closer look on artist filters for musical genre
classification", ISMIR 2007). Both kinds of folds are made here over the same
clips, so that the difference between their figures is the leak.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gmn_core.corpora.gtzan import Track

FoldKind = Literal["artist", "random"]
Indices = npt.NDArray[np.intp]

SAME_RECORDING = 0.9
"""Two spectrograms of at least this correlation are of the same recording.

Among the pairs checked by ear or eye, repetitions lie above it, and different
pieces by one band on one record below it (up to 0.82).
"""

_BANDS, _COLUMNS = 16, 180


@dataclass(frozen=True, eq=False)
class Fold:
    """One split of clips.

    Parameters
    ----------
    train, test : ndarray of int
        Indices of the clips on either side.
    """

    train: Indices
    test: Indices


def make_folds(groups: Sequence[str], labels: Indices, kind: FoldKind, n_folds: int, seed: int) -> list[Fold]:
    """Split clips into folds with similar shares of each genre.

    Parameters
    ----------
    groups : sequence of str
        From `group_names`; used only by folds by artist.
    labels : ndarray of int, shape (n_clips,)
        Indices into `GENRES`.
    kind : {"artist", "random"}
        Whether a group stays on one side.
    n_folds, seed : int
        Number of folds, and the seed of the shuffling.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    if kind == "artist":
        splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
        return [Fold(train, test) for train, test in splitter.split(labels, labels, groups)]
    splitter = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    return [Fold(train, test) for train, test in splitter.split(labels, labels)]


def group_names(tracks: Sequence[Track], repetitions: Sequence[tuple[str, str]] = ()) -> list[str]:
    """Return the group of each clip: one artist, or artists joined by a repetition.

    Parameters
    ----------
    tracks : sequence of Track
        The clips.
    repetitions : sequence of pair of str
        Names of tracks that hold the same recording, from `find_repetitions`.
    """
    root = {track.name: track.fold_group for track in tracks}
    for first, second in repetitions:
        if first in root and second in root:
            kept, absorbed = root[first], root[second]
            root = {name: kept if group == absorbed else group for name, group in root.items()}
    return [root[track.name] for track in tracks]


def artist_weights(labels: Indices, groups: Sequence[str], balance: float = 1.0) -> npt.NDArray[np.float64]:
    """Return the weight of each clip, so that no artist dominates a genre.

    Parameters
    ----------
    labels : ndarray of int, shape (n_clips,)
        Indices into `GENRES`.
    groups : sequence of str
        The artist of each clip.
    balance : float
        1: all artists of a genre weigh the same; 0: all clips do.

    Returns
    -------
    ndarray, shape (n_clips,)
        All genres weigh the same in any case; the mean is 1.
    """
    artists = list(zip(labels.tolist(), groups, strict=True))
    n_clips = Counter(artists)
    weights = np.array([n_clips[artist] ** -balance for artist in artists])
    of_genre = np.bincount(labels, weights)
    return np.asarray(weights / of_genre[labels] * len(labels) / np.count_nonzero(of_genre))


def find_repetitions(mels: Mapping[str, npt.NDArray[np.uint8]]) -> list[tuple[str, str]]:
    """Return pairs of tracks whose spectrograms show the same recording.

    Parameters
    ----------
    mels : mapping
        Track name to a log-mel spectrogram of shape (128, n_frames >= 180),
        one length for all. Only repetitions that start at the same moment are
        found.
    """
    if not mels:
        return []
    names = list(mels)
    outlines = np.stack([_outline(mels[name]) for name in names])
    # What all clips share, the tilt of music's spectrum, would make any two similar.
    outlines -= outlines.mean(axis=0)
    outlines /= np.linalg.norm(outlines, axis=1, keepdims=True) + 1e-12
    alike = np.triu(outlines @ outlines.T, k=1) > SAME_RECORDING
    return [(names[first], names[second]) for first, second in np.argwhere(alike)]


def _outline(mel: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return a coarse spectrogram without its mean, flattened."""
    width = mel.shape[1] // _COLUMNS
    cells = mel[:, : width * _COLUMNS].reshape(_BANDS, len(mel) // _BANDS, _COLUMNS, width)
    coarse = cells.mean(axis=(1, 3)).ravel()
    return np.asarray(coarse - coarse.mean())
