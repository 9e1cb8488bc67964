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
