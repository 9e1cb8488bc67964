"""Learning a contour: how much oftener real pieces make an interval than the generator does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gmn_core.generation.playing.contour import Contour, count_intervals
from gmn_core.generation.tokens.encoding import Tokens
from gmn_core.genres import Genre

_RARE = 0.002  # added to shares, so that what is seldom in both changes little
_MOST = 1.5  # nats by which one measurement moves an interval

Pieces = Sequence[tuple[Genre, Tokens]]


def learn_contour(real: Pieces, own: Pieces, before: Contour) -> Contour:
    """Return the contour that makes up for what a generator's pieces lack.

    Parameters
    ----------
    real, own : sequence of (Genre, tokens)
        Training pieces, and the generator's, played with the contour ``before``;
        genres and the pieces of a genre count alike.
    before : Contour
        What is corrected.
    """
    ratio = np.log((_shares(real) + _RARE) / (_shares(own) + _RARE))
    return Contour(before.table + np.clip(ratio, -_MOST, _MOST).astype(np.float32))


def _shares(pieces: Pieces) -> npt.NDArray[np.float64]:
    """Return the share of each interval among those of each role, shape as `Contour.table`."""
    by_genre: dict[Genre, list[npt.NDArray[np.float64]]] = {}
    for genre, tokens in pieces:
        counts = count_intervals(tokens)
        by_genre.setdefault(genre, []).append(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    means = np.sum([np.mean(own, axis=0) for own in by_genre.values()], axis=0)
    shares: npt.NDArray[np.float64] = means / np.maximum(means.sum(axis=1, keepdims=True), 1e-9)
    return shares
