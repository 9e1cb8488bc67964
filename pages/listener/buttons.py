"""Buttons whose click counts even where this server has never shown them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

_ACTED = "acted_on"


def button(
    label: str,
    act: Callable[[], object],
    *,
    key: str,
    disabled: bool = False,
    help: str | None = None,
    icon: str | None = None,
    type: Literal["primary", "tertiary"] = "primary",
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    """Show a button that acts, after which the page is shown anew.

    Streamlit calls the function of a button only in a visit that has shown
    the button before. After a restart of the server the click itself may be
    what begins the visit: then it arrives as the button's value alone. Yet
    that value alone would be lost where another message, such as a player's
    report, interrupts the page before it comes to the button. So both ways
    are open, and the click is acted on once.
    """

    def acted() -> None:
        st.session_state[_ACTED] = key
        act()

    clicked = st.button(
        label,
        key=key,
        help=help,
        icon=icon,
        type=type,
        width=width,
        disabled=disabled,
        on_click=acted,
    )
    if st.session_state.pop(_ACTED, None) != key and clicked and not disabled:
        act()
        st.rerun()
