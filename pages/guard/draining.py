"""The end of a server that listeners should not notice: it takes nobody new, and finishes what it does.

A proxy is told first, by the readiness check, so that it sends newcomers to
another server. Browsers that were connected do so again by themselves.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import cast

from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

LONGEST_NAME = "GMN_STOP_SECONDS"
LONGEST_SECONDS = 25.0
"""How long a server waits for what it has begun: less than the 30 s after which supervisors kill."""

_NOTICES = 2
"""How often a proxy that watches is told before the server goes: proxies believe the second time."""

_NOTICE_SECONDS = 6.0
_WATCHED_SECONDS = 15.0
_LOOK_SECONDS = 0.1


@dataclass
class Draining:
    """Whether this server is on its way out, and who has been told.

    Parameters
    ----------
    begun : bool
        Whether it takes nobody new any more.
    asked_at : float
        When the readiness check was asked for last, by the monotonic clock.
    n_told : int
        How often it has said that the server is going.
    """

    begun: bool = False
    asked_at: float = float("-inf")
    n_told: int = 0

    def note_check(self) -> None:
        """Note that somebody asks whether the server is ready."""
        self.asked_at = time.monotonic()
        self.n_told += self.begun

    @property
    def watched(self) -> bool:
        """Whether somebody who looks after this server is still to be told."""
        return self.n_told < _NOTICES and time.monotonic() - self.asked_at < _WATCHED_SECONDS

    async def drain(self, busy: Callable[[], bool], longest: float = LONGEST_SECONDS) -> None:
        """Take nobody new, and wait until those who watch know and nothing is being done.

        Parameters
        ----------
        busy : callable
            Whether something is being done.
        longest : float
            Seconds after which nothing is waited for.
        """
        self.begun = True
        start = time.monotonic()
        while self.watched and time.monotonic() - start < min(_NOTICE_SECONDS, longest):
            await asyncio.sleep(_LOOK_SECONDS)
        while busy() and time.monotonic() - start < longest:
            await asyncio.sleep(_LOOK_SECONDS)


draining = Draining()
"""That of this process."""


def longest_stop() -> float:
    """Return how long a stop may take, from the environment, else `LONGEST_SECONDS`."""
    given = os.environ.get(LONGEST_NAME, "")
    return float(given) if given.isdecimal() else LONGEST_SECONDS


def a_page_runs() -> bool:
    """Return whether the page of anyone who is connected runs: an answer is being stored, or work done."""
    sessions = cast("WebsocketSessionManager", get_instance()._session_mgr)
    return any(
        info.session._state is AppSessionState.APP_IS_RUNNING for info in sessions.list_active_sessions()
    )


@contextmanager
def gentle_stop() -> Iterator[None]:
    """Have SIGTERM drain the server before it ends it; a second one ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    ends = signal.getsignal(signal.SIGTERM)
    tasks: set[asyncio.Task[None]] = set()

    def end(number: int, frame: FrameType | None) -> None:
        if callable(ends):
            ends(number, frame)

    async def stop() -> None:
        await draining.drain(a_page_runs, longest_stop())
        end(signal.SIGTERM, None)

    def begin(number: int, frame: FrameType | None) -> None:
        if draining.begun:
            end(number, frame)
            return
        draining.begun = True
        loop.call_soon_threadsafe(lambda: tasks.add(loop.create_task(stop())))

    signal.signal(signal.SIGTERM, begin)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, ends)
