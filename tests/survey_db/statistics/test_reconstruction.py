"""The reconstruction agrees with every figure that the study printed."""

from __future__ import annotations

from survey_db.statistics.headline import Headline
from survey_db.statistics.published import PUBLISHED
from survey_db.statistics.reconstruction import example_summary


def test_it_agrees_with_every_printed_figure() -> None:
    found = example_summary().headline
    assert isinstance(found, Headline)
    assert (found.listeners, found.samples) == (PUBLISHED.listeners, PUBLISHED.samples)
    assert round(found.mean_rating, 2) == PUBLISHED.mean_rating
    assert round(float(found.rating_sd), 2) == PUBLISHED.rating_sd
    assert round(found.share_right, 4) == PUBLISHED.share_right
    assert [(best.genre, round(best.share, 3)) for best in found.best] == [("hiphop", 0.781)]
    assert [(worst.genre, round(worst.share, 3)) for worst in found.worst] == [("rock", 0.031)]
