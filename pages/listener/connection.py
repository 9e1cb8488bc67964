"""A listener's connection to the study: what to do while its database cannot be asked.

The page goes on showing what was on it. What the listener has asked for is kept
in the visit and done as soon as the database answers again; until then the page
says so and tries again, with growing waits, by itself.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import streamlit as st

from pages.listener.language import _
from survey_db.errors import SurveyError, UnavailableError

T = TypeVar("T")

LOST = "The connection to the study was lost. Trying again…"
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0

_REQUESTS, _FAILURES, _NOTICE = "requests_to_study", "failures_in_a_row", "notice"

_log = logging.getLogger(__name__)


class Connection:
    """The connection during one run of the page; once it has failed, nothing more is asked.

    Attributes
    ----------
    lost : bool
        Whether the database could not be asked.
    """

    def __init__(self) -> None:
        self.lost = False

    def ask(self, question: Callable[[], T], otherwise: T) -> T:
        """Return the store's answer, or something else where it gives none now."""
        if self.lost:
            return otherwise
        try:
            return question()
        except UnavailableError as error:
            _log.warning("A listener waits: %s", error)
            self.lost = True
            return otherwise

    def deliver(self) -> None:
        """Do what the listener has asked for, in that order; what cannot be done now stays for later."""
        requests: list[Callable[[], None]] = st.session_state.get(_REQUESTS, [])
        # A run that the browser's next message has interrupted may still be asking the store when the next
        # one begins: each request is taken off the list by name, whoever of them comes first.
        for request in tuple(requests):
            try:
                self.ask(request, None)
            except SurveyError as error:
                say(_(str(error)))
            if self.lost:
                return
            with suppress(ValueError):
                requests.remove(request)


@contextmanager
def connected() -> Iterator[Connection]:
    """Show within what a listener sees, and above it what there is to say of the connection."""
    connection = Connection()
    above = st.empty()
    yield connection
    failures = st.session_state[_FAILURES] = (
        (st.session_state.get(_FAILURES, 0) + 1) if connection.lost else 0
    )
    if connection.lost:
        above.warning(_(LOST), icon=":material/cloud_off:")
        _try_again(wait_seconds(failures))
    elif notice := st.session_state.pop(_NOTICE, None):
        above.warning(notice, icon=":material/info:")


def post(request: Callable[[], None]) -> None:
    """Have something asked of the store at the beginning of the next run, and again until it was done.

    A connection can break after the store has done it: each request must be
    one that changes nothing more the second time.
    """
    st.session_state.setdefault(_REQUESTS, []).append(request)


def waiting() -> bool:
    """Return whether something that the listener asked for has not been done yet."""
    return bool(st.session_state.get(_REQUESTS))


def say(notice: str) -> None:
    """Have something said to the listener, once, above the next screen that they see."""
    st.session_state[_NOTICE] = notice


def wait_seconds(failures: int) -> float:
    """Return how long to wait after some failures in a row: twice as long each time, up to `LONGEST_WAIT`.

    A fifth more or less, so that the listeners who lost the connection
    together do not all come back at once.
    """
    return min(FIRST_WAIT * 2.0 ** (failures - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)


def _try_again(wait: float) -> None:
    due = time.monotonic() + 0.9 * wait

    # Run once now and once more by the browser's clock, unless the listener does something before.
    @st.fragment(run_every=wait)
    def try_again() -> None:
        if time.monotonic() >= due:
            st.rerun()

    try_again()
