"""Typicality: how much each training piece sounds like its genre to a model that never saw its artist.

Labels of MIDI files are often wrong, and collections of a genre hold odd pieces too. A random forest on
features of the notes, cross-validated by artist, estimates how probable each piece's label is; the sampler
seldom draws from pieces with an improbable one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from gmn_core.corpora.midi import MidiPiece, artist_groups
from gmn_core.generation.evaluation.outside import Features, file_features, train_recogniser
from gmn_core.generation.request import GenerationError

_FOLDS = 5


def piece_typicality(pieces: Sequence[MidiPiece], seed: int = 0) -> dict[str, float]:
    """Return the probability of each piece's genre, judged from pieces by other artists.

    Parameters
    ----------
    pieces : sequence of MidiPiece
        The training pieces; those of one artist, or of one title, are in one fold.
    seed : int
        Seed of the folds and of the forests.

    Returns
    -------
    dict of str to float
        By ``genre/file``, 0 to 1, of the files that can be read. Empty where the
        corpus is too small to be cross-validated: fewer than five artists, or
        no genre of five files.
    """
    features = {piece: own for piece in pieces if (own := _features_of(piece)) is not None}
    pieces = list(features)
    groups = np.array(artist_groups(pieces))
    most = max(Counter(piece.genre for piece in pieces).values(), default=0)
    if most < _FOLDS or len(np.unique(groups)) < _FOLDS:
        return {}
    probabilities = _held_out_probabilities(np.array(list(features.values())), pieces, groups, seed)
    return {piece_name(piece): float(own) for piece, own in zip(pieces, probabilities, strict=True)}


def _features_of(piece: MidiPiece) -> Features | None:
    try:
        return file_features(piece.path.read_bytes())
    except GenerationError:
        return None


def piece_name(piece: MidiPiece) -> str:
    """Return the name of a piece in a dataset, ``genre/file``."""
    return f"{piece.genre}/{piece.path.name}"


def typical_weights(names: Sequence[str], typicality: Mapping[str, float]) -> list[float]:
    """Return the typicality of some pieces of one genre, as shares of their mean; 1 if it is unknown."""
    own = np.array([typicality.get(name, np.nan) for name in names])
    if np.isnan(own).all():
        return [1.0] * len(names)
    own = np.where(np.isnan(own), np.nanmean(own), own)
    shares: list[float] = np.round(own / max(own.mean(), 1e-9), 3).tolist()
    return shares


def _held_out_probabilities(
    features: Features, pieces: Sequence[MidiPiece], groups: np.ndarray, seed: int
) -> Features:
    from sklearn.model_selection import StratifiedGroupKFold

    truth = np.array([piece.genre.position for piece in pieces])
    found = np.zeros(len(pieces))
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=seed)
    for learned, held_out in folds.split(features, truth, groups):
        forest = train_recogniser(features[learned], [pieces[index].genre for index in learned], seed)
        shares = forest.predict_proba(features[held_out])
        column = {int(label): number for number, label in enumerate(forest.classes_)}
        for row, index in enumerate(held_out):
            number = column.get(int(truth[index]))
            found[index] = 0.0 if number is None else shares[row, number]
    return found
