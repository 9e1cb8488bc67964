"""How many listeners may start a study from one network, so that nobody fills it by themselves."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from threading import Lock

import streamlit as st
from cachetools import LRUCache

from pages.guard.limits import Pace, client_name
from pages.listener.language import plural

PER_HOUR_NAME = "GMN_STARTS_PER_HOUR"
PER_HOUR = 100
"""Enough for a lecture hall behind one address."""

_MAX_NETWORKS = 20_000


class Starts:
    """Counts the listeners that each network has sent to each study; forgets them within the hour.

    Parameters
    ----------
    per_hour : int
        How many may start at once after a rest, and in each hour that follows.
    clock : callable, optional
        Seconds that never run backwards.
    """

    def __init__(self, per_hour: int, clock: Callable[[], float] | None = None) -> None:
        self._per_hour = per_hour
        self._options = {} if clock is None else {"clock": clock}
        self._paces: LRUCache[tuple[str, str], Pace] = LRUCache(_MAX_NETWORKS)
        self._lock = Lock()

    def take(self, client: str, slug: str) -> float:
        """Let a listener of a network start a study: 0.0, else the seconds until one may."""
        with self._lock:
            pace = self._paces.get((client, slug))
            if pace is None:
                pace = Pace(self._per_hour / 3600, self._per_hour, **self._options)
                self._paces[client, slug] = pace
            return pace.take()


def starts_per_hour() -> int:
    """Return the limit from the environment, else `PER_HOUR`."""
    given = os.environ.get(PER_HOUR_NAME, "")
    return int(given) if given.isdecimal() and int(given) > 0 else PER_HOUR


starts = Starts(starts_per_hour())


def too_many_starts(slug: str) -> str | None:
    """Return a sentence where too many have started a study from this visitor's network; else count one."""
    wait = starts.take(client_name(st.context.ip_address), slug)
    if not wait:
        return None
    minutes = math.ceil(wait / 60)
    return plural(
        "Too many people on your network have begun in the last hour. "
        "Please press Begin again in one minute.",
        "Too many people on your network have begun in the last hour. "
        "Please press Begin again in {number} minutes.",
        minutes,
    )
