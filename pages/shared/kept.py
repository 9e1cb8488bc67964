"""Keeping what takes long to make: for all visitors, out of reach of any of them, or for one visit.

Streamlit's own caches are emptied by a message that any visitor may send, and
watch over no expiry once they are full; these are plain objects of the process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, MutableMapping
from functools import wraps
from threading import Condition
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from cachetools import LRUCache, TTLCache, cached
from cachetools.keys import hashkey

P = ParamSpec("P")
T = TypeVar("T")

HOUR = 60.0 * 60.0


def kept(
    entries: int | None = None,
    seconds: float = HOUR,
    key: Callable[..., Hashable] = hashkey,
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator that keeps what a function returns; who asks while it is made waits for it.

    What raises is not kept. What is kept is shared, not copied: nothing in it
    is ever changed.

    Parameters
    ----------
    entries : int, optional
        How many results are kept at most; all of them for as long as the
        process lives where this is None.
    seconds : float, optional
        How long each is kept, where there is a limit to their number.
    key : callable, optional
        Names a result by the arguments; all of them by default.
    """
    cache: MutableMapping[Any, Any] = {} if entries is None else TTLCache(entries, seconds)
    return cached(cache, key, condition=Condition())


def kept_in_visit(
    entries: int, key: Callable[..., Hashable] = hashkey
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator that keeps what a function returns for this visit alone; it ends with the visit.

    Parameters
    ----------
    entries : int
        How many results are kept at most.
    key : callable, optional
        Names a result by the arguments; all of them by default.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        name = f"kept {function.__module__}.{function.__qualname__}"

        @wraps(function)
        def look_up(*args: P.args, **kwargs: P.kwargs) -> T:
            held: LRUCache[Hashable, T] = st.session_state.setdefault(name, LRUCache(entries))
            asked = key(*args, **kwargs)
            if asked not in held:
                held[asked] = function(*args, **kwargs)
            return held[asked]

        return look_up

    return decorate
