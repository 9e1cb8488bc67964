"""A collection of labelled recordings: files, genres, and what must stay on one side of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from gmn_core.audio.decode import AUDIO_SUFFIXES
from gmn_core.corpora.gtzan import Split, index
from gmn_core.corpora.places import corpus_dir
from gmn_core.files import StrPath
from gmn_core.genres import GENRES, Genre


class CollectionError(ValueError):
    """A collection that cannot be used; its message is a sentence a person can act on."""


@dataclass(frozen=True, eq=False)
class Collection:
    """Labelled recordings, in the order of their paths.

    Parameters
    ----------
    paths : tuple of Path
        The audio files.
    labels : ndarray of str, shape (n_recordings,)
        The genre of each.
    groups : ndarray of str, shape (n_recordings,)
        The artist of each, if known: what `sklearn.model_selection.GroupKFold`
        should keep on one side; otherwise the path of each recording.

    See Also
    --------
    load_folder, load_gtzan

    Examples
    --------
    >>> collection = gmn_core.load_folder("music")
    >>> [path.name for path in collection.paths], collection.labels
    (['1.wav', '1.wav'], array(['jazz', 'metal'], dtype='<U9'))
    """

    paths: tuple[Path, ...]
    labels: npt.NDArray[np.str_]
    groups: npt.NDArray[np.str_]

    def __len__(self) -> int:
        """Return the number of recordings."""
        return len(self.paths)


def load_folder(folder: StrPath) -> Collection:
    """List a folder that holds one folder of audio files per genre.

    Parameters
    ----------
    folder : str or os.PathLike
        Holds folders named after genres (``blues``, ``classical``, …, ``rock``),
        which hold audio files at any depth. Other folders are left out.

    Raises
    ------
    CollectionError
        If there is no such folder, or no audio in folders named after genres.

    See Also
    --------
    load_gtzan : The data set GTZAN, with its splits and artists.

    Examples
    --------
    >>> collection = gmn_core.load_folder("music")
    >>> len(collection), collection.labels
    (2, array(['jazz', 'metal'], dtype='<U9'))
    >>> shares = gmn_core.load_classifier().predict_proba(collection.paths)
    >>> gmn_core.evaluate(collection.labels, shares).accuracy.n
    2
    """
    root = Path(folder)
    if not root.is_dir():
        raise CollectionError(f"There is no folder {root}.")
    found = [
        (path, genre)
        for genre in GENRES
        for path in sorted((root / genre).rglob("*"))
        if path.suffix.lower() in AUDIO_SUFFIXES
    ]
    if not found:
        raise CollectionError(f"{root} holds no audio in folders named {', '.join(GENRES)}.")
    paths = [path for path, _ in found]
    return _collection(paths, [genre for _, genre in found], list(map(str, paths)))


def load_gtzan(folder: StrPath | None = None, *, split: Split | None = None) -> Collection:
    """List the clips of a local copy of GTZAN.

    Parameters
    ----------
    folder : str or os.PathLike, optional
        Holds the clips at any depth; by default where ``gmn corpus fetch gtzan``
        puts them.
    split : {"train", "valid", "test", "excluded"}, optional
        One side of the fault-filtered split (Kereliuk, Sturm and Larsen, 2015),
        whose sides share no artist. By default all clips but the excluded ones,
        which are repetitions, distorted or mislabelled.

    Returns
    -------
    Collection
        The clips whose audio is there.

    Raises
    ------
    CollectionError
        If the folder does not exist or holds none of the clips, or there is no
        such split.

    See Also
    --------
    load_folder : Any folder of genre-named folders.

    Examples
    --------
    >>> valid = gmn_core.load_gtzan("gtzan", split="valid")
    >>> [path.name for path in valid.paths], valid.labels
    (['blues.00000.wav'], array(['blues'], dtype='<U9'))
    """
    if split is not None and split not in get_args(Split):
        raise CollectionError(f"{split!r} is none of the splits {', '.join(get_args(Split))}.")
    try:
        tracks = index(corpus_dir("gtzan") if folder is None else folder)
    except FileNotFoundError as error:
        raise CollectionError(str(error)) from error
    chosen = [
        (track, track.audio)
        for track in tracks
        if track.audio is not None and (track.split == split or (split is None and track.split != "excluded"))
    ]
    return _collection(
        [audio for _, audio in chosen],
        [track.genre for track, _ in chosen],
        [track.fold_group for track, _ in chosen],
    )


def _collection(paths: Sequence[Path], genres: Sequence[Genre], groups: Sequence[str]) -> Collection:
    width = max(map(len, GENRES))
    return Collection(tuple(paths), np.array(list(map(str, genres)), dtype=f"<U{width}"), np.array(groups))
