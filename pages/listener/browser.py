"""What ties a listener to their browser: a cookie, a link for another device, and each screen's beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from pages.guard.cookies import LISTENER, PREVIEW, cookie_name
from pages.guard.keep import held_cookie, keep_cookie
from pages.listener.language import _, spoken
from pages.shared.public_url import link_for_browser
from pages.shared.qr_code import qr_code
from survey_db.texts import is_token

_browser = st.components.v2.component(
    "survey_listener_browser",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def preview_key(slug: str) -> str | None:
    """Return the key with which the study is previewed; None where it is not, empty where there is none."""
    return (held_cookie(PREVIEW, slug) or "") if "preview" in st.query_params else None


def find_token(slug: str, *, preview: bool) -> str | None:
    """Return the token of this visit, else that in the browser's cookie.

    A preview knows no cookie, so that an administrator who tries the study out
    is a new listener each time.
    """
    # The cookies are those that the browser had when it connected: what this visit knows is newer.
    name = cookie_name(LISTENER, slug)
    if name not in st.session_state:
        st.session_state[name] = None if preview else held_cookie(LISTENER, slug)
    token = st.session_state[name]
    return token if token and is_token(token) else None


def remember(slug: str, token: str | None, *, preview: bool = False) -> None:
    """Have this visit and, unless this is a preview, the browser's cookie hold a token, or none."""
    st.session_state[cookie_name(LISTENER, slug)] = token
    st.session_state["listener_cookie"] = None if preview else (slug, token)


@contextmanager
def screen(name: str) -> Iterator[None]:
    """Put what is shown within on a screen of its own.

    Streamlit leaves what an earlier screen had further down in sight until
    the script has run to its end. Two slots take turns, and the one that is
    not in use is emptied at once.
    """
    moved = st.session_state.get("screen") not in (None, name)
    if st.session_state.get("screen") != name:
        st.session_state["screen"] = name
        st.session_state["screen_slot"] = 1 - st.session_state.get("screen_slot", 0)
    slots = [st.container() if slot == st.session_state["screen_slot"] else st.empty() for slot in range(2)]
    with slots[st.session_state["screen_slot"]]:
        yield
        _browser(key="listener_browser", data={"screen": name, "language": spoken(), "moved": moved})
    if cookie := st.session_state.get("listener_cookie"):
        slug, token = cookie
        st.session_state["cookies_kept"] = keep_cookie(LISTENER, token, slug)


def other_device(slug: str, token: str) -> None:
    """Offer the link that goes on in another browser, as a code to scan too; it is shown when asked for."""
    with st.popover(
        _("Continue on another device"), icon=":material/devices:", type="tertiary", on_change="rerun"
    ) as asked:
        if not asked.open:
            return
        link = link_for_browser(slug, LISTENER, token)
        st.write(_("Open this link there, or scan the code. It is yours alone: who opens it answers as you."))
        st.code(link, language=None, wrap_lines=True)
        st.image(qr_code(link), width=200, alt=link)
