"""The gate before the administrator's pages: one password, compared in constant time, tried slowly."""

from __future__ import annotations

import hmac
import math
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

PASSWORD_NAME = "GMN_ADMIN_PASSWORD"
FREE_FAILURES = 3
MAX_WAIT_SECONDS = 60.0


class Gate:
    """A password, and how long the next attempt must wait.

    After `FREE_FAILURES` wrong attempts each further one doubles the wait,
    whoever made it: opening more sessions does not speed up guessing.

    Parameters
    ----------
    password : str
        What opens the gate.
    clock : callable, optional
        Seconds that never run backwards.
    """

    def __init__(self, password: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._password = password.encode()
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = -math.inf

    def wait_seconds(self) -> float:
        """Return how long the next attempt must wait; 0 if it need not."""
        return max(0.0, self._closed_until - self._clock())

    def try_password(self, attempt: str) -> bool:
        """Return whether the attempt opens the gate; within the wait, none does."""
        with self._lock:
            if self.wait_seconds() > 0:
                return False
            if hmac.compare_digest(attempt.encode(), self._password):
                self._failures = 0
                return True
            self._failures += 1
            if self._failures >= FREE_FAILURES:
                wait = min(2.0 ** (self._failures - FREE_FAILURES), MAX_WAIT_SECONDS)
                self._closed_until = self._clock() + wait
            return False


def chosen_password() -> str | None:
    """Return the password from the environment or Streamlit's secrets; None where neither has one."""
    if password := os.environ.get(PASSWORD_NAME):
        return password
    try:
        return str(st.secrets[PASSWORD_NAME]) or None
    except (KeyError, StreamlitSecretNotFoundError):
        return None


@st.cache_resource(show_spinner=False)
def the_gate() -> Gate:
    """Return the gate of this server; where no password was chosen, make one and print it."""
    password = chosen_password()
    if password is None:
        password = secrets.token_urlsafe(12)
        print(
            f"\n  Password of the Studies page, until this server stops: {password}\n"
            f"  (choose your own by {PASSWORD_NAME} or in .streamlit/secrets.toml)\n",
            file=sys.stderr,
            flush=True,
        )
    return Gate(password)


def is_admin() -> bool:
    """Return whether this visitor has given the password."""
    return bool(st.session_state.get("admin"))


def require_admin() -> None:
    """Let an administrator pass; ask anyone else for the password and end the page."""
    gate = the_gate()
    if is_admin():
        return
    with st.form("gate", width=420):
        st.write("This page is for the people who run the studies.")
        attempt = st.text_input("Password", type="password")
        if st.form_submit_button("Enter", type="primary"):
            if gate.try_password(attempt):
                st.session_state["admin"] = True
                st.rerun()
            wait = gate.wait_seconds()
            later = f" Too many attempts: wait {math.ceil(wait)} s." if wait else ""
            st.error(f"That is not the password.{later}")
        if chosen_password() is None:
            st.caption("It was printed in the terminal in which the app was started.")
    st.stop()
