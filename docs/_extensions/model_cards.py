"""Model cards as pages: a fenced ``{model-card} cnn`` is replaced by the card of that model."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

from gmn_core.models.card import read_card
from gmn_core.models.card_text import card_markdown

_PLACE = re.compile(r"^```\{model-card\} (\w+)\n```$", re.MULTILINE)


def fill_in(app: Sphinx, name: str, source: list[str]) -> None:
    """Put each card where a page asks for it, before the page is parsed."""
    source[0] = _PLACE.sub(lambda found: card_markdown(read_card(found[1])), source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill the cards in whenever a page is read."""
    app.connect("source-read", fill_in)
    return {"parallel_read_safe": True}
