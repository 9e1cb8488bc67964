"""Setting the check for music: which weighted sum of measures tells music from speech and other sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.classification.music_check import Movement, MusicRule

MUSIC_MISTAKEN = 0.01
"""Share of held-out music that the threshold may cost."""

C = 1.0
_SMALLEST_SCALE = 0.01  # of a measure that is the same for all clips
FOLDS_OF_GTZAN = 5


@dataclass(frozen=True)
class Measured:
    """A clip's measures, and where it comes from.

    Parameters
    ----------
    movement : Movement
        The measures.
    is_music : bool
        What it is.
    source : str
        Every source of a kind weighs the same, whatever its number of clips.
    fold : str
        Clips of one fold are held out together when the threshold is set.
    """

    movement: Movement
    is_music: bool
    source: str
    fold: str


def fit_rule(clips: Sequence[Measured]) -> MusicRule:
    """Fit a logistic regression, and set its threshold on clips of folds that it did not learn from."""
    held_out = np.zeros(len(clips))
    folds = np.array([clip.fold for clip in clips])
    for fold in np.unique(folds):
        learned = _fitted([clip for clip in clips if clip.fold != fold])
        for index in np.flatnonzero(folds == fold).tolist():
            held_out[index] = learned.score(clips[index].movement)
    music = np.array([clip.is_music for clip in clips])
    threshold = float(np.quantile(held_out[music], 1 - MUSIC_MISTAKEN))
    found = _fitted(clips)
    return MusicRule(found.mean, found.scale, found.weights, found.bias, round(threshold, 4))


def _fitted(clips: Sequence[Measured]) -> MusicRule:
    from sklearn.linear_model import LogisticRegression

    measures = np.array([astuple(clip.movement) for clip in clips])
    mean, scale = measures.mean(axis=0), np.maximum(measures.std(axis=0), _SMALLEST_SCALE)
    model = LogisticRegression(C=C, max_iter=5000)
    model.fit((measures - mean) / scale, [not clip.is_music for clip in clips], sample_weight=_weights(clips))
    return MusicRule(
        _rounded(mean), _rounded(scale), _rounded(model.coef_[0]), round(float(model.intercept_[0]), 4), 0.0
    )


def _weights(clips: Sequence[Measured]) -> npt.NDArray[np.float64]:
    """Return weights by which both kinds, and all sources of a kind, count the same."""
    names = [(clip.is_music, clip.source) for clip in clips]
    n_clips = {name: names.count(name) for name in set(names)}
    n_sources = {kind: sum(own is kind for own, _ in n_clips) for kind in (True, False)}
    return np.array([len(clips) / 2 / n_sources[name[0]] / n_clips[name] for name in names])


def _rounded(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)
