"""Entering the app by a page's own address."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

ENTERED = "entered"  # a session starts over once: later, a click would be lost by it


def enter() -> None:
    """Start over inside the app where a page has been started on its own; each page's first line.

    Until `st.navigation` has been called once, a new server takes a folder
    ``pages`` for its old kind of pages: a visitor whose link leads straight
    to one would see it without the app's title, layout and menu.
    """
    if PagesManager.uses_pages_directory and ENTERED not in st.session_state:
        PagesManager.uses_pages_directory = False
        st.session_state[ENTERED] = True
        st.rerun()
