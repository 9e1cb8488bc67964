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

# Paul Tol's "muted" scheme and a grey, distinguishable with any of the common
# colour-vision deficiencies (https://personal.sron.nl/~pault/).
_COLOURS: dict[Genre, str] = {
    Genre.BLUES: "#332288",
    Genre.CLASSICAL: "#ddcc77",
    Genre.COUNTRY: "#999933",
    Genre.DISCO: "#aa4499",
    Genre.HIPHOP: "#117733",
    Genre.JAZZ: "#88ccee",
    Genre.METAL: "#777777",
    Genre.POP: "#cc6677",
    Genre.REGGAE: "#44aa99",
    Genre.ROCK: "#882255",
}
