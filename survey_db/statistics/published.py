"""The figures of the published study that the default study repeats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedFigures:
    """A study's headline as it was printed; shares are fractions of 1."""

    source: str
    listeners: int
    samples: int
    mean_rating: float
    rating_sd: float
    share_right: float
    best_genre: str
    best_share: float
    worst_genre: str
    worst_share: float


PUBLISHED = PublishedFigures(
    source="published study",
    listeners=32,
    samples=6,
    mean_rating=6.17,
    rating_sd=2.30,
    share_right=0.3281,
    best_genre="hiphop",
    best_share=0.781,
    worst_genre="rock",
    worst_share=0.031,
)
