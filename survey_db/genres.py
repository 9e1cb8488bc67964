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


def genre_name(genre: str) -> str:
    """Return a genre's name as it is shown to people, e.g. ``"Hip hop"``."""
    return "Hip hop" if genre == "hiphop" else genre.capitalize()
