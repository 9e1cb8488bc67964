"""A score on the page, as wide as the page or a phone is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pages.shared.components import component, packed

_view = component("notation_view", Path(__file__).parent)


def notation_view(pictures: Mapping[str, bytes], *, title: str, words: str, key: str) -> None:
    """Show a score.

    Parameters
    ----------
    pictures : mapping of str to bytes
        The score as SVG, packed by gzip: "wide" for a page, "narrow" for a phone.
    title : str
        What it is called.
    words : str
        What it shows, for those who cannot see it.
    key : str
        Names it on its page.
    """
    _view(key=key, data=score_data(pictures, title, words))


def score_data(pictures: Mapping[str, bytes], title: str, words: str) -> bytes:
    """Return all that the view draws."""
    header = {
        "title": title,
        "words": words,
        "pictures": [{"kind": kind, "size": len(data)} for kind, data in pictures.items()],
    }
    return packed(header, *pictures.values())
