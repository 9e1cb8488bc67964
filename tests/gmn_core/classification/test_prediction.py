"""The answer of a classifier."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.classification.prediction import GenrePrediction
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


@pytest.mark.parametrize(
    ("jazz", "rock", "leaders"),
    [(0.5, 0.5, 2), (0.503, 0.497, 1), (0.5021, 0.4979, 2), (0.7, 0.3, 1)],
)
def test_shares_that_look_the_same_are_a_tie(jazz: float, rock: float, leaders: int) -> None:
    shares = np.zeros(10)
    shares[[Genre.JAZZ.position, Genre.ROCK.position]] = jazz, rock
    assert GenrePrediction(shares).leaders == (Genre.JAZZ, Genre.ROCK)[:leaders]
