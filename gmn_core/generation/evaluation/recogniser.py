"""A genre recogniser on the band's representation, to measure whether samples carry their genre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.tokens.encoding import (
    FIRST_PITCH,
    HOLD,
    MANNER,
    REST,
    SHAPE,
    Tokens,
    drum_levels,
    role_slots,
)
from gmn_core.generation.tokens.sheet import N_GATES, N_LEVELS, Sheet
from gmn_core.genres import GENRES, Genre

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesClassifier

Features = npt.NDArray[np.float64]

_N_TREES = 400
_PARTS = 8  # parts of a bar in the rhythm histograms
_INTERVALS = np.array([-99, -7, -4, -2, -1, 0, 1, 2, 3, 5, 8, 99])
_COMMON_SHAPES = 24


def band_features(sheet: Sheet, tokens: Tokens) -> Features:
    """Describe an excerpt in the band's representation.

    Parameters
    ----------
    sheet : Sheet
        What stays the same through the piece.
    tokens : ndarray of int, shape (n_steps, n_slots)
        Its notes.

    Returns
    -------
    ndarray of float64, shape (n_features,)
        Tempo, grid, metre and mode; of the drums how often, where in the bar
        and how hard each voice is struck; of each pitched role its instrument
        family, how often it rests, holds and strikes, where in the bar, and
        its pitches, melodic steps and commonest chord shapes, and how hard and how
        long it plays.
    """
    general = [np.log(sheet.tempo), sheet.steps_per_beat, sheet.beats_per_bar, sheet.minor]
    parts_of_bar = np.arange(len(tokens)) % sheet.steps_per_bar * _PARTS // sheet.steps_per_bar
    parts = [np.array(general, float), _drum_features(tokens, parts_of_bar)]
    parts += [_role_features(sheet, tokens, parts_of_bar, role) for role in PITCHED_ROLES]
    return np.concatenate(parts)


def _drum_features(tokens: Tokens, parts_of_bar: npt.NDArray[np.int64]) -> Features:
    struck = drum_levels(tokens)
    by_part = np.stack([(struck[parts_of_bar == part] > 0).mean(axis=0) for part in range(_PARTS)])
    accents = [(struck == level).sum() / max((struck > 0).sum(), 1) for level in range(1, N_LEVELS + 1)]
    return np.concatenate([(struck > 0).mean(axis=0), by_part.ravel(), accents])


def _role_features(sheet: Sheet, tokens: Tokens, parts_of_bar: npt.NDArray[np.int64], role: Role) -> Features:
    action = tokens[:, role_slots(role)[0]].astype(np.int64)
    shape, manner = (tokens[:, role_slots(role)[part]] for part in (SHAPE, MANNER))
    strikes = action >= FIRST_PITCH
    n = max(int(strikes.sum()), 1)
    family = np.zeros(17)
    family[sheet.programs[role] // 8 if role in sheet.programs else 16] = 1
    pitches = action[strikes]
    return np.concatenate(
        [
            family,
            [(action == REST).mean(), (action == HOLD).mean(), strikes.mean()],
            [strikes[parts_of_bar == part].mean() for part in range(_PARTS)],
            [pitches.mean() if len(pitches) else 0.0, pitches.std() if len(pitches) else 0.0],
            np.bincount((pitches - FIRST_PITCH + 9) % 12, minlength=12) / n,  # the lowest pitch is an A
            np.histogram(np.diff(pitches), _INTERVALS)[0] / n,
            np.bincount(np.minimum(shape[strikes], _COMMON_SHAPES), minlength=_COMMON_SHAPES + 1) / n,
            np.bincount(manner[strikes] % N_LEVELS, minlength=N_LEVELS) / n,
            np.bincount(manner[strikes] // N_LEVELS, minlength=N_GATES) / n,
        ]
    )


def train_band_recogniser(features: Features, genres: Sequence[Genre], seed: int = 0) -> ExtraTreesClassifier:
    """Fit a forest of extremely randomised trees on excerpts, genres weighted evenly."""
    from sklearn.ensemble import ExtraTreesClassifier

    labels = [GENRES.index(genre) for genre in genres]
    forest = ExtraTreesClassifier(
        _N_TREES, min_samples_leaf=3, class_weight="balanced", random_state=seed, n_jobs=1
    )
    return forest.fit(features, labels)
