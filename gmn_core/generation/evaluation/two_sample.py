"""A classifier two-sample test: how well a forest tells generated pieces from real ones.

After Lopez-Paz and Oquab (2017, https://arxiv.org/abs/1610.06545): a classifier learns to tell two sets
apart and is judged on pieces that it did not learn from. An area under the ROC curve of 0.5 means that it
cannot tell.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.corpora.midi import MidiPiece
from gmn_core.generation.evaluation.excerpts import (
    EXCERPTS_PER_PIECE,
    MeasuredPiece,
    Progress,
    without_ending,
)
from gmn_core.generation.evaluation.outside import excerpt_features, file_features
from gmn_core.generation.evaluation.recogniser import band_features
from gmn_core.generation.tokens.encoding import Shapes, encode
from gmn_core.generation.tokens.roundtrip import round_trip

Features = npt.NDArray[np.float64]
_Excerpts = dict[Hashable, list[Features]]
"""Features of each excerpt, by the piece that it is of."""

_FOLDS, _N_TREES, _DRAWS = 5, 300, 1000


def two_sample_auc(
    first: Features, second: Features, groups: Sequence[Hashable], seed: int = 0
) -> dict[str, Any]:
    """Tell two sets of pieces apart.

    Parameters
    ----------
    first, second : ndarray, shape (n, n_features)
        Features of the pieces of each set; evenly weighted however many they are.
    groups : sequence, length n_first + n_second
        Excerpts of one piece share a group, and are on one side of each fold.
    seed : int
        Seed of folds, forests and the interval.

    Returns
    -------
    dict
        ``"auc"``, the area under the ROC curve over all held-out pieces, and
        ``"95 % interval"``, by the bootstrap over groups; NaN where a set has
        fewer pieces than there are folds, or both have fewer groups.
    """
    if min(len(first), len(second), len(set(groups))) < _FOLDS:
        return {"auc": float("nan"), "95 % interval": [float("nan"), float("nan")]}
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold

    features = np.concatenate([first, second])
    truth = np.repeat([0, 1], [len(first), len(second)])
    numbers = np.unique([str(group) for group in groups], return_inverse=True)[1]
    answers = np.zeros(len(truth))
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=seed)
    for learned, held_out in folds.split(features, truth, numbers):
        forest = ExtraTreesClassifier(
            _N_TREES, min_samples_leaf=2, class_weight="balanced", random_state=seed, n_jobs=1
        ).fit(features[learned], truth[learned])
        answers[held_out] = forest.predict_proba(features[held_out])[:, 1]
    low, high = _interval(truth, answers, numbers, seed)
    return {"auc": float(roc_auc_score(truth, answers)), "95 % interval": [low, high]}


def told_apart_by(
    first: Sequence[Mapping[str, Features]], second: Sequence[Mapping[str, Features]], seed: int = 0
) -> dict[str, Any]:
    """Tell pieces from what has become of them, by all their features and by each group alone.

    Parameters
    ----------
    first, second : sequence of (mapping of str to ndarray)
        Groups of features of each piece, before and after; equally long.
    seed : int
        As for `two_sample_auc`.

    Returns
    -------
    dict
        What `two_sample_auc` gives, for ``"all"`` and for each group.
    """
    groups = 2 * [*range(len(first))]
    names = list(first[0])
    return {
        label: two_sample_auc(_columns(first, columns), _columns(second, columns), groups, seed)
        for label, columns in (("all", names), *((name, [name]) for name in names))
    }


def _columns(pieces: Sequence[Mapping[str, Features]], names: Sequence[str]) -> Features:
    return np.array([np.concatenate([own[name] for name in names]) for own in pieces])


def _interval(
    truth: npt.NDArray[np.int64], answers: Features, groups: npt.NDArray[np.intp], seed: int
) -> tuple[float, float]:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == group) for group in range(int(groups.max()) + 1)]
    found = []
    for _ in range(_DRAWS):
        drawn = np.concatenate([members[group] for group in rng.integers(len(members), size=len(members))])
        if 0 < truth[drawn].sum() < len(drawn):
            found.append(roc_auc_score(truth[drawn], answers[drawn]))
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def two_sample_report(
    real: Sequence[MeasuredPiece], samples: Sequence[MeasuredPiece], shapes: Shapes, seed: int
) -> dict[str, Any]:
    """Tell samples from held-out excerpts, both in the band's representation.

    Both are encoded from the notes that are heard: what playing and encoding
    change is no mark of either. Samples are taken without their endings,
    since excerpts have none.
    """
    theirs, ours = (
        np.array([band_features(*encode(band, shapes)) for band in bands])
        for bands in ([each.band for each in real], [without_ending(each.band) for each in samples])
    )
    # Excerpts of one piece have one sheet between them.
    groups = [*(id(each.sheet) for each in real), *range(len(samples))]
    return two_sample_auc(theirs, ours, groups, seed)


def outside_report(
    held_out: Sequence[MidiPiece],
    samples: Sequence[MeasuredPiece],
    shapes: Shapes,
    seconds: float,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """Tell samples, raw held-out files and these files after their round trip from each other.

    All are described as MIDI files, with no regard to the representation, by
    excerpts of the same length and samples without their endings.

    Returns
    -------
    dict
        What `two_sample_auc` gives, for ``"round trip from raw"``, ``"samples
        from round trip"`` and ``"samples from raw"``.
    """
    raw: _Excerpts = {}
    after: _Excerpts = {}
    for number, piece in enumerate(progress(held_out, unit="files")):
        data = piece.path.read_bytes()
        raw[number] = excerpt_features(data, seconds, EXCERPTS_PER_PIECE)
        after[number] = excerpt_features(round_trip(data, shapes), seconds, EXCERPTS_PER_PIECE)
    ours: _Excerpts = {
        f"sample {number}": [file_features(without_ending(sample.band).to_midi())]
        for number, sample in enumerate(samples)
    }
    pairs = {
        "round trip from raw": (raw, after),
        "samples from round trip": (after, ours),
        "samples from raw": (raw, ours),
    }
    return {
        name: two_sample_auc(_stacked(one), _stacked(other), [*_pieces(one), *_pieces(other)], seed)
        for name, (one, other) in pairs.items()
    }


def _stacked(excerpts: _Excerpts) -> Features:
    return np.array([features for own in excerpts.values() for features in own])


def _pieces(excerpts: _Excerpts) -> list[Hashable]:
    """Return the piece that each excerpt is of."""
    return [piece for piece, own in excerpts.items() for _ in own]
