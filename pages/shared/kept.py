"""Keeping for all visitors what takes long to make, out of reach of any of them.

Streamlit's own caches are emptied by a message that any visitor may send, and
watch over no expiry once they are full; these are plain objects of the process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, MutableMapping
from threading import Condition
from typing import Any, ParamSpec, TypeVar

from cachetools import TTLCache, cached
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
