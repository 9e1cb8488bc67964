"""What a listener's browser keeps: an answer that is not stored yet, and that the genres were shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_storage = st.components.v2.component(
    "survey_listener_storage",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def in_browser(name: str, tag: str, value: Any = None) -> Any:
    """Keep a value in the browser, or look up what is kept there.

    Parameters
    ----------
    name : str
        Where it is kept; there is one value per name.
    tag : str
        What it belongs to; what was kept for anything else is forgotten.
    value : JSON, optional
        Something to keep from now on; nothing to look up what was kept.

    Returns
    -------
    JSON or None
        What the browser has found; None until it has said so. It may be
        anything that a browser can send.
    """
    result = _storage(
        key=f"stored-{name}",  # by which `screens.style` hides it, since it would leave a gap
        data={"name": name, "tag": tag, "value": value},
        default={"found": None},
        on_found_change=lambda: None,
    )
    match result.found:
        case {"tag": found_tag, "value": found} if found_tag == tag:
            return found
    return None


def genres_were_shown(slug: str) -> bool:
    """Return whether this browser has shown which genres the samples of a study were made as."""
    return in_browser(f"genres-of-{slug}", "shown") is True


def genres_are_shown(slug: str) -> None:
    """Have this browser remember that it has shown them."""
    in_browser(f"genres-of-{slug}", "shown", True)
