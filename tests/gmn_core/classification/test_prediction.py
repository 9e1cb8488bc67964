"""The answer of a classifier."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.classification.prediction import GenrePrediction, agreement
from gmn_core.genres import GENRES, Genre


def test_genres_are_ranked_by_share() -> None:
    shares = np.zeros(10)
    shares[[Genre.JAZZ.position, Genre.BLUES.position, Genre.ROCK.position]] = 0.6, 0.3, 0.1
    prediction = GenrePrediction(shares)
    assert prediction.genre is Genre.JAZZ
    assert prediction.confidence == pytest.approx(0.6)
    assert [genre for genre, _ in prediction.ranked()[:3]] == [Genre.JAZZ, Genre.BLUES, Genre.ROCK]


def test_equal_shares_go_by_order() -> None:
    assert [genre for genre, _ in GenrePrediction(np.full(10, 0.1)).ranked()] == list(GENRES)


def test_ten_shares_are_needed() -> None:
    with pytest.raises(ValueError, match="10 shares"):
        GenrePrediction(np.ones(9))


def of_genre(*genres: Genre) -> dict[str, GenrePrediction]:
    return {f"model {n}": GenrePrediction(np.eye(10)[genre.position]) for n, genre in enumerate(genres)}


@pytest.mark.parametrize(
    ("genres", "words"),
    [
        ((Genre.JAZZ, Genre.JAZZ, Genre.JAZZ), "All 3 classifiers say Jazz"),
        ((Genre.ROCK, Genre.JAZZ, Genre.JAZZ), "2 of 3 classifiers say Jazz"),
        ((Genre.ROCK, Genre.JAZZ, Genre.POP), "The 3 classifiers say 3 different genres"),
    ],
)
def test_agreement_is_said_in_a_sentence(genres: tuple[Genre, ...], words: str) -> None:
    assert words in agreement(of_genre(*genres))
