"""The figures of the published study that the default study repeats."""

from __future__ import annotations

import math
from dataclasses import dataclass

from survey_db.genres import genre_name
from survey_db.statistics.bounds import most_expected, probability_bound
from survey_db.statistics.printing import percent


@dataclass(frozen=True)
class PublishedFigures:
    """A study's headline as it was printed; shares are fractions of 1, the samples of as many genres."""

    source: str
    listeners: int
    samples: int
    offered: int
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

    @property
    def right(self) -> int:
        """Guesses that named the intended genre."""
        return round(self.share_right * self.listeners * self.samples)

    @property
    def most_expected(self) -> float:
        """The largest share that any blind listeners expect of these samples."""
        return most_expected((1,) * self.samples)

    def what_it_shows(self) -> str:
        """Return what the figures can and cannot show, computed from them alone."""
        answers = self.listeners * self.samples
        bound = probability_bound(self.right, self.listeners, self.samples)
        best, worst = genre_name(self.best_genre), genre_name(self.worst_genre)
        rarely = f"would reach {self.right} of {answers} at most once in {_round_down(1 / bound):,} studies"
        return (
            f"With one sample each of {self.samples} genres, listeners who hear nothing expect at most "
            f"{percent(self.most_expected)} right, whatever they favour, and {self.listeners} of them "
            f"{rarely}, so the published figures {'show' if bound < 0.05 else 'do not show'} that listeners "
            f"heard something; they cannot show it for a single sample ({best} {percent(self.best_share)}, "
            f"{worst} {percent(self.worst_share)}), since how often its genre was named for the others was "
            "not printed."
        )


def _round_down(number: float) -> int:
    """Round down to one significant digit."""
    unit = 10 ** math.floor(math.log10(number))
    return int(number // unit * unit)


PUBLISHED = PublishedFigures(
    source="published study",
    listeners=32,
    samples=6,
    offered=10,
    mean_rating=6.17,
    rating_sd=2.30,
    share_right=0.3281,
    best_genre="hiphop",
    best_share=0.781,
    worst_genre="rock",
    worst_share=0.031,
)
