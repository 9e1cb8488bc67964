"""What ties a listener to their browser: the link, a cookie, and each screen's beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from survey_db.texts import is_token

COOKIE_DAYS = 60

_browser = st.components.v2.component(
    "survey_listener_browser",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def find_token(slug: str, *, preview: bool) -> str | None:
    """Return the token in the link, else that of this visit, else that in the browser's cookie.

    A preview knows no cookie, so that an administrator who tries the study out
    is a new listener each time.
    """
    token = st.query_params.get("listener") or st.session_state.get(_cookie(slug))
    # The server sees the cookies that the browser had when it connected.
    if token is None and not preview and not st.session_state.get("listener_forgotten"):
        token = st.context.cookies.get(_cookie(slug))
    return token if isinstance(token, str) and is_token(token) else None


def remember(slug: str, token: str, *, preview: bool) -> None:
    """Put the token into the link, into this visit, and, unless this is a preview, into a cookie."""
    if st.query_params.get("listener") != token:
        st.query_params["listener"] = token
    # The back button takes the token out of the link.
    st.session_state[_cookie(slug)] = token
    st.session_state["listener_cookie"] = None if preview else f"{_cookie(slug)}={token}"


def forget(slug: str) -> None:
    """Take the token out of the link, the visit and the cookie, for the next listener on this device."""
    st.query_params.pop("listener", None)
    st.session_state.pop(_cookie(slug), None)
    st.session_state["listener_cookie"] = f"{_cookie(slug)}="
    st.session_state["listener_forgotten"] = True


@contextmanager
def screen(name: str) -> Iterator[None]:
    """Put what is shown within on a screen of its own.

    Streamlit leaves what an earlier screen had further down in sight until
    the script has run to its end. Two slots take turns, and the one that is
    not in use is emptied at once.
    """
    if st.session_state.get("screen") != name:
        st.session_state["screen"] = name
        st.session_state["screen_slot"] = 1 - st.session_state.get("screen_slot", 0)
    slots = [st.container() if slot == st.session_state["screen_slot"] else st.empty() for slot in range(2)]
    with slots[st.session_state["screen_slot"]]:
        yield
        _browser(
            key="listener_browser",
            data={
                "screen": name,
                "cookie": st.session_state.get("listener_cookie"),
                "max_age": COOKIE_DAYS * 24 * 60 * 60,
            },
        )


def _cookie(slug: str) -> str:
    return f"listener-{slug}"
