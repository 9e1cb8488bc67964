"""The answer of every genre classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gmn_core.genres import GENRES, Genre

_TIE = 0.005
"""Shares closer than this look the same when they are printed."""


@dataclass(frozen=True)
class Neighbour:
    """A training clip that voted.

    Parameters
    ----------
    track : str
        GTZAN's name of the clip, e.g. ``"blues.00042"``.
    genre : Genre
        Its label.
    distance : float
        Its distance in the classifier's own feature space.
    """

    track: str
    genre: Genre
    distance: float


@dataclass(frozen=True, eq=False)
class GenrePrediction:
    """One classifier's answer for one clip.

    Parameters
    ----------
    shares : ndarray, shape (10,)
        Probability of each genre in the order of `GENRES`; sums to 1.
    patch_shares : ndarray, shape (n_patches, 10), optional
        The same per patch, for classifiers that work patch by patch.
    patch_starts : ndarray, shape (n_patches,), optional
        When each patch begins, in seconds.
    neighbours : sequence of Neighbour
        The training clips that voted, nearest first, for k-NN.
    words : tuple of str
        What the pretrained network calls the clip, the surest first, for classifiers that hear with it.

    See Also
    --------
    classify : Make one of a recording.

    Examples
    --------
    >>> import numpy as np
    >>> shares = np.zeros(10)
    >>> shares[[5, 9]] = 0.7, 0.3
    >>> prediction = gmn_core.GenrePrediction(shares)
    >>> prediction.genre.value, prediction.confidence
    ('jazz', 0.7)
    >>> [(genre.value, share) for genre, share in prediction.ranked()[:2]]
    [('jazz', 0.7), ('rock', 0.3)]
    """

    shares: npt.NDArray[np.float64]
    patch_shares: npt.NDArray[np.float64] | None = None
    patch_starts: npt.NDArray[np.float64] | None = None
    neighbours: Sequence[Neighbour] = field(default_factory=tuple)
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.shares.shape != (len(GENRES),):
            raise ValueError(f"expected {len(GENRES)} shares, got shape {self.shares.shape}")

    @property
    def genre(self) -> Genre:
        """The genre with the largest share (the first of equals)."""
        return GENRES[int(np.argmax(self.shares))]

    @property
    def confidence(self) -> float:
        """The largest share, 0 to 1."""
        return float(np.max(self.shares))

    @property
    def leaders(self) -> tuple[Genre, ...]:
        """The genre with the largest share, and those whose share is the same to half a percentage point."""
        return tuple(genre for genre, share in self.ranked() if self.confidence - share < _TIE)

    def ranked(self) -> list[tuple[Genre, float]]:
        """Genres with their shares, largest first."""
        order = np.argsort(-self.shares, kind="stable")
        return [(GENRES[index], float(self.shares[index])) for index in order]
