"""The ten genres of GTZAN: the labels of every model, corpus, survey and figure."""

from __future__ import annotations

from enum import StrEnum


class Genre(StrEnum):
    """One of GTZAN's ten genres; the value is GTZAN's own folder name.

    The order of definition is the order of every probability vector,
    confusion matrix and legend in the project.

    Examples
    --------
    >>> genre = gmn_core.Genre("hiphop")
    >>> genre.display_name, genre == "hiphop", gmn_core.GENRES.index(genre)
    ('Hip hop', True, 4)
    """

    BLUES = "blues"
    CLASSICAL = "classical"
    COUNTRY = "country"
    DISCO = "disco"
    HIPHOP = "hiphop"
    JAZZ = "jazz"
    METAL = "metal"
    POP = "pop"
    REGGAE = "reggae"
    ROCK = "rock"

    @property
    def display_name(self) -> str:
        """The name as it is shown to people, e.g. ``"Hip hop"``."""
        return "Hip hop" if self is Genre.HIPHOP else self.value.capitalize()

    @property
    def colour(self) -> str:
        """The genre's colour in every figure, as ``#rrggbb``."""
        return _COLOURS[self]

    @property
    def position(self) -> int:
        """The index of the genre in probability vectors and matrices, 0 to 9."""
        return GENRES.index(self)


GENRES: tuple[Genre, ...] = tuple(Genre)

# Found by annealing: far apart in Oklab to normal eyes and to those that lack one of the three kinds of
# cones (Machado et al. 2009, doi:10.1109/TVCG.2009.113), and visible on light and on dark pages.
# `tests/gmn_core/test_genres.py` measures both.
_COLOURS: dict[Genre, str] = {
    Genre.BLUES: "#3379e1",
    Genre.CLASSICAL: "#9e90d3",
    Genre.COUNTRY: "#c7a14c",
    Genre.DISCO: "#bd3ab6",
    Genre.HIPHOP: "#b2827d",
    Genre.JAZZ: "#6cc7dc",
    Genre.METAL: "#646569",
    Genre.POP: "#fd9ba6",
    Genre.REGGAE: "#158634",
    Genre.ROCK: "#de3a02",
}
