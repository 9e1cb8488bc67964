"""Learning a groove: how much oftener a generator's rhythms are new than those of real pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.groove import Groove, count_rhythms
from gmn_core.generation.tokens.encoding import Tokens
from gmn_core.genres import GENRES, Genre

_PRIOR = 20.0  # bars of a role with the mean of all genres that count as many as a genre's own
_MOST = 0.95  # of the bars that may be kept to an earlier one

Pieces = Sequence[tuple[Genre, Tokens, int]]


def learn_groove(real: Pieces, own: Pieces, before: Groove) -> Groove:
    """Return the groove that makes up for what a generator's pieces lack.

    Parameters
    ----------
    real, own : sequence of (Genre, tokens, steps per bar)
        Excerpts of training pieces, and as long pieces of the generator, played
        with the groove ``before``.
    before : Groove
        What is corrected.
    """
    wanted, found = _shares(real), _shares(own)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(found > 0, wanted / found, 1.0)
    table = 1 - (1 - before.table) * ratio
    return Groove(np.clip(table, 0, _MOST).astype(np.float32))


def _shares(pieces: Pieces) -> npt.NDArray[np.float64]:
    """Return the share of bars with new rhythms, drawn towards the mean of all genres; by genre and role."""
    counts = np.zeros((len(GENRES), len(Role), 2))
    for genre, tokens, steps_per_bar in pieces:
        counts[GENRES.index(genre)] += count_rhythms(tokens, steps_per_bar)
    by_genre = counts[..., 1] / np.maximum(counts[..., 0], 1)
    heard = counts[..., 0] > 0
    mean = (by_genre * heard).sum(axis=0) / np.maximum(heard.sum(axis=0), 1)
    shares: npt.NDArray[np.float64] = (counts[..., 1] + _PRIOR * mean) / (counts[..., 0] + _PRIOR)
    return shares
