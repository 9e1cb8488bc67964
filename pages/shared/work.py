"""Having work done apart from the server, while the visitor sees how it goes and can leave."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psutil
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.guard.limits import client_name
from pages.guard.metrics import counting_work
from pages.shared.kept import kept
from pages.workers.errors import NoRoomError, WorkError
from pages.workers.pool import WorkerPool
from pages.workers.tasks import get_ready

MEMORY_NAME, SERVERS_NAME = "GMN_MEMORY_MB", "GMN_SERVERS"

T = TypeVar("T")


@kept()
def worker_pool() -> WorkerPool:
    """Return the workers of this server."""
    return WorkerPool(prepare=get_ready)


def most_memory() -> int:
    """Return the bytes beyond which this server takes on no work: if not set, its share of half the machine.

    What is made for visitors stays with the server as long as they do. Listeners need no work done.
    """
    given, servers = os.environ.get(MEMORY_NAME, ""), os.environ.get(SERVERS_NAME, "")
    if given.isdecimal():
        return int(given) * 2**20
    n_servers = int(servers) if servers.isdecimal() else 1
    return int(psutil.virtual_memory().total) // 2 // max(n_servers, 1)


def have_done(
    function: Callable[..., T],
    *arguments: Any,
    on_progress: Callable[[float], object] = lambda share: None,
    seconds: float | None = None,
) -> T:
    """Have a worker do one of `pages.workers.tasks`, and return the result.

    While others come first, the page says how many. Whoever leaves, cancels
    or clicks something else ends the waiting and the work.

    Parameters
    ----------
    function : callable
        What a worker calls, with a report and the arguments.
    *arguments
        Copied to the worker.
    on_progress : callable
        Called a few times a second with the share of the work that is done.
    seconds : float, optional
        Time for it, if other than usual.

    Raises
    ------
    WorkError
        If it cannot be done; the message is a sentence for the visitor.
    """
    if psutil.Process().memory_info().rss > most_memory():
        raise NoRoomError
    queue = _QueueNotice()

    def show(share: float) -> None:
        queue.tell(0)
        on_progress(share)

    try:
        with counting_work(function.__name__):
            return worker_pool().do(
                function,
                *arguments,
                visitor=client_name(st.context.ip_address),
                on_wait=queue.tell,
                on_progress=show,
                seconds=seconds,
            )
    finally:
        queue.clear()


@contextmanager
def failures_told() -> Iterator[None]:
    """Say in one sentence what could not be done within, and go on after it."""
    try:
        yield
    except WorkError as error:
        st.error(str(error), icon=":material/error:")


class _QueueNotice:
    """Says how many come first, where anybody does."""

    def __init__(self) -> None:
        self._told = 0
        self._slot: DeltaGenerator | None = None

    def tell(self, ahead: int) -> None:
        # To look into the visit is also where Streamlit ends the run of a visitor who has left.
        st.session_state.get("left")
        if ahead == self._told:
            return
        self._told = ahead
        self._slot = self._slot or st.empty()
        if ahead:
            others = "One other request comes" if ahead == 1 else f"{ahead} other requests come"
            self._slot.info(f"Waiting: {others} first.", icon=":material/hourglass_top:")
        else:
            self._slot.empty()

    def clear(self) -> None:
        if self._slot is not None and self._told:
            self._slot.empty()
