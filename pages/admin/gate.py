"""The gate before the administrator's pages: one password, tried slowly, and a sign-in that lasts."""

from __future__ import annotations

import hmac
import math
import os
import secrets
import sys

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from pages.admin.throttle import Throttle
from pages.guard.cookies import ADMIN
from pages.guard.keep import held_cookie, keep_cookie
from pages.guard.limits import client_name
from pages.shared.kept import kept
from pages.shared.survey_store import survey_store

PASSWORD_NAME = "GMN_ADMIN_PASSWORD"
SHORT_PASSWORD = 12

SIGN_IN = "sign_in"
"""Where the session has the number of its sign-in; a browser cannot write there."""

_COOKIE, _VISITOR = "admin_cookie", "gate_visitor"

throttle = Throttle()


def chosen_password() -> str | None:
    """Return the password from the environment or Streamlit's secrets; None where neither has one."""
    if password := os.environ.get(PASSWORD_NAME):
        return password
    try:
        return str(st.secrets[PASSWORD_NAME]) or None
    except (KeyError, StreamlitSecretNotFoundError):
        return None


def the_password() -> str:
    """Return the password: the chosen one, else one that is made and printed when it is first needed."""
    return chosen_password() or _made_password()


@kept()
def _made_password() -> str:
    password = secrets.token_urlsafe(12)
    _print(
        f"Password of the page “Run a study”, until this server stops: {password}\n"
        f"  (choose your own by {PASSWORD_NAME} or in .streamlit/secrets.toml)"
    )
    return password


def announce_password() -> None:
    """Say at the start of the server what there is to say about its password."""
    if len(the_password()) < SHORT_PASSWORD:
        _print(
            f"The administrator's password is short; {SHORT_PASSWORD} characters or more cannot be guessed, "
            "however many computers try."
        )


def is_admin(*, here: bool = True) -> bool:
    """Return whether this visitor has given the password, now or earlier in the same browser.

    A page that renews itself says that nobody need be ``here``: else no sign-in would end while one is open.
    """
    if SIGN_IN not in st.session_state:
        secret = held_cookie(ADMIN)
        st.session_state[SIGN_IN] = survey_store().sign_ins.find(secret) if secret else None
    number = st.session_state[SIGN_IN]
    return number is not None and survey_store().sign_ins.holds(number, the_password(), here=here)


def require_admin() -> None:
    """Let an administrator pass; ask anyone else for the password and end the page."""
    if is_admin():
        _update_cookie()
        with st.sidebar:
            st.button("Sign out", icon=":material/logout:", on_click=sign_out)
            st.button("Sign out everywhere", type="tertiary", on_click=sign_out, kwargs={"everywhere": True})
        return
    with st.form("gate", width=420):
        st.write("This page is for the people who run the studies.")
        attempt = st.text_input("Password", type="password", autocomplete="current-password")
        if st.form_submit_button("Sign in", type="primary"):
            if (refusal := try_password(attempt)) is None:
                st.rerun()
            st.error(refusal)
        if chosen_password() is None:
            st.caption("It was printed in the terminal in which the app was started.")
    _update_cookie()
    st.stop()


def try_password(attempt: str) -> str | None:
    """Sign the visitor in where the password is right; else return why not, in words."""
    client = client_name(st.context.ip_address)
    visitor = st.session_state.setdefault(_VISITOR, secrets.token_hex(8))
    if wait := throttle.take(client, visitor):
        return (
            f"Too many wrong passwords came from here, so this one was not looked at. Wait {_whole(wait)} s "
            "and try again: it will count then, whatever others try."
        )
    if not hmac.compare_digest(attempt.encode(), the_password().encode()):
        wait = throttle.wait(client, visitor)
        later = f" You can try again in {_whole(wait)} s." if wait else ""
        return f"That is not the password.{later}"
    throttle.succeeded(client)
    number, secret = survey_store().sign_ins.start(the_password())
    st.session_state[SIGN_IN], st.session_state[_COOKIE] = number, secret
    return None


def sign_out(*, everywhere: bool = False) -> None:
    """Ask for the password again: in this browser, or in all."""
    sign_ins = survey_store().sign_ins
    if everywhere:
        sign_ins.end_all()
    elif (number := st.session_state.get(SIGN_IN)) is not None:
        sign_ins.end(number)
    st.session_state[SIGN_IN] = st.session_state[_COOKIE] = None


def _update_cookie() -> None:
    """Have the browser keep or forget the sign-in, where there is something to do."""
    if _COOKIE in st.session_state:
        keep_cookie(ADMIN, st.session_state[_COOKIE])


def _whole(seconds: float) -> int:
    return math.ceil(seconds)


def _print(text: str) -> None:
    print(f"\n  {text}\n", file=sys.stderr, flush=True)
