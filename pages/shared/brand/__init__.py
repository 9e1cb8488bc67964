"""The product's name, mark and look, on every page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

NAME = "Generative Music Network"

_FILES = Path(__file__).parent
MARK = _FILES / "mark.svg"
_WORDMARK = _FILES / "wordmark.svg"
_STYLE = _FILES / "style.css"


def dress(*, alone: bool) -> None:
    """Give the page the product's look; ``alone`` leaves out its name, for listeners in a study."""
    if not alone:
        st.logo(_WORDMARK, size="large", icon_image=_WORDMARK)
    st.html(_STYLE)
