"""The ten labels."""

from __future__ import annotations

import re

from gmn_core.genres import GENRES, Genre


def test_there_are_ten_in_gtzan_order() -> None:
    assert [str(genre) for genre in GENRES] == sorted(genre.value for genre in Genre)
    assert len(GENRES) == 10
    assert [genre.position for genre in GENRES] == list(range(10))


def test_each_has_a_name_and_a_colour_of_its_own() -> None:
    assert Genre.HIPHOP.display_name == "Hip hop"
    assert Genre.ROCK.display_name == "Rock"
    colours = {genre.colour for genre in GENRES}
    assert len(colours) == 10
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)
