"""The figures of the published study that the default study repeats."""

from __future__ import annotations

from dataclasses import dataclass

from survey_db.genres import genre_name
from survey_db.statistics.printing import percent


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

    def sentence(self) -> str:
        """Return the figures in a sentence, for reference."""
        return (
            f"The {self.source}, for reference: mean rating {self.mean_rating:.2f} ± {self.rating_sd:.2f}, "
            f"{percent(self.share_right, 2)} of the genres guessed right, best {percent(self.best_share)} "
            f"({genre_name(self.best_genre)}), worst {percent(self.worst_share)} "
            f"({genre_name(self.worst_genre)}); {self.listeners} listeners, {self.samples} samples."
        )


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
