"""The genres that a listener may be offered, in the order in which they are shown.

The survey stands alone and so keeps its own list; a test holds it equal to
the list of the machine-learning core.
"""

from __future__ import annotations

GENRES: tuple[str, ...] = (
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
)


CANNOT_TELL = "cannot_tell"
"""The guess of a listener who says that they hear none of the genres, or cannot tell.

It is an answer like any other, and a wrong one: no sample has this genre.
"""

_NAMES = {"hiphop": "Hip hop", CANNOT_TELL: "Cannot tell"}


def genre_name(genre: str) -> str:
    """Return a genre's name as it is shown to people, e.g. ``"Hip hop"``."""
    return _NAMES.get(genre, genre.capitalize())
