"""The product's name, mark and look, on every page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

NAME = "Generative Music Network"

_FILES = Path(__file__).parent
MARK = _FILES / "mark.svg"
_WORDMARK = _FILES / "wordmark.svg"
_STYLE = _FILES / "style.css"

_menu = st.components.v2.component("menu", js=(_FILES / "menu.js").read_text(encoding="utf-8"))


def dress(page: str, *, alone: bool) -> None:
    """Give a page the product's look; ``alone`` leaves out its name and menu, for listeners in a study."""
    st.html(_STYLE)
    if not alone:
        st.logo(_WORDMARK, size="large", icon_image=_WORDMARK)
        _menu(key="menu", data=page)
