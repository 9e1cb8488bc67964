"""Learning a contour: what is usual, and how much oftener real pieces make an interval than the generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gmn_core.generation.playing.contour import Contour, Habits, count_intervals, count_pitches
from gmn_core.generation.tokens.encoding import Tokens
from gmn_core.genres import Genre

_RARE = 0.002  # added to shares, so that what is seldom in both changes little
_MOST = 1.5  # nats by which one measurement moves an interval
_SELDOM, _SELDOM_PITCH = 5e-4, 1e-4  # added to shares, so that what never was is only unlikely
_CONCENTRATIONS = 0.1, 3000.0  # between which they are looked for

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
    ratio = np.log((_shares(real, count_intervals) + _RARE) / (_shares(own, count_intervals) + _RARE))
    table = before.table + np.clip(ratio, -_MOST, _MOST).astype(np.float32)
    return replace(before, table=table)


def learn_habits(real: Pieces) -> Habits:
    """Return what is usual among real pieces, and how much they differ from it.

    How many strokes of a piece count as much as what is usual is the
    concentration of the Dirichlet-multinomial distribution under which the
    intervals of all pieces together are likeliest (Minka 2000,
    https://tminka.github.io/papers/dirichlet/).

    Parameters
    ----------
    real : sequence of (Genre, tokens)
        Training pieces; genres and the pieces of a genre count alike.
    """
    usual, pitches = (
        _shares(real, count) + prior
        for count, prior in ((count_intervals, _SELDOM), (count_pitches, _SELDOM_PITCH))
    )
    usual, pitches = (own / own.sum(axis=1, keepdims=True) for own in (usual, pitches))
    counts = np.array([count_intervals(tokens) for _, tokens in real])
    strokes = [_concentration(counts[:, row], own) for row, own in enumerate(usual)]
    return Habits(*(np.array(own, np.float32) for own in (usual, pitches, strokes)))


def _concentration(counts: npt.NDArray[np.int64], shares: npt.NDArray[np.float64]) -> float:
    """Return the concentration under which counts, shape (n_pieces, n_kinds), are likeliest."""
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    totals = counts.sum(axis=1)

    def cost(logarithm: float) -> float:
        own = np.exp(logarithm)
        by_kind = gammaln(counts + own * shares) - gammaln(own * shares)
        return -float((gammaln(own) - gammaln(own + totals) + by_kind.sum(axis=1)).sum())

    found = minimize_scalar(cost, bounds=np.log(_CONCENTRATIONS), method="bounded")
    return float(np.exp(found.x))


def _shares(pieces: Pieces, count: Callable[[Tokens], npt.NDArray[np.int64]]) -> npt.NDArray[np.float64]:
    """Return the share of each kind among those of each role, shape as ``count`` gives."""
    by_genre: dict[Genre, list[npt.NDArray[np.float64]]] = {}
    for genre, tokens in pieces:
        counts = count(tokens)
        by_genre.setdefault(genre, []).append(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    means = np.sum([np.mean(own, axis=0) for own in by_genre.values()], axis=0)
    shares: npt.NDArray[np.float64] = means / np.maximum(means.sum(axis=1, keepdims=True), 1e-9)
    return shares
