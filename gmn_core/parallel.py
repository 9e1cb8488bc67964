"""Working on several things at once, in threads: for what lets go of Python's lock meanwhile."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")
Other = TypeVar("Other")

N_THREADS = 2
"""Threads for the arithmetic of one classification; 1 where processes share the processors."""

MOST_AT_ONCE = min(os.cpu_count() or 1, 4)
"""More would gain little, and each holds what it works on."""


def worked_ahead(
    function: Callable[[Argument], Result], items: Iterable[Argument], at_once: int = MOST_AT_ONCE
) -> Generator[Result, None, None]:
    """Yield the results of a function in the order of its arguments, while the next ones are worked on.

    Parameters
    ----------
    function : callable
        Called in threads of their own.
    items : iterable
        Its arguments, taken in the caller's thread and no further ahead than
        ``at_once``, so that results do not pile up in memory.
    at_once : int
        How many are worked on at the same time.
    """
    threads = ThreadPoolExecutor(at_once)
    try:
        yield from in_order((threads.submit(function, item) for item in items), at_once)
    finally:
        # Whoever breaks off does not wait for what nobody will take.
        threads.shutdown(wait=False, cancel_futures=True)


def in_order(submitted: Iterable[Future[Result]], ahead: int) -> Generator[Result, None, None]:
    """Yield the results of futures in order, each after up to ``ahead`` later ones have been submitted.

    Parameters
    ----------
    submitted : iterable of Future
        Submits each future as it is taken.
    ahead : int
        How many are taken before the result of the first is waited for.
    """
    working: deque[Future[Result]] = deque()
    for future in submitted:
        working.append(future)
        if len(working) > ahead:
            yield working.popleft().result()
    while working:
        yield working.popleft().result()


def side_by_side(one: Callable[[], Result], other: Callable[[], Other]) -> tuple[Result, Other]:
    """Return the results of two pieces of arithmetic, done at once unless `N_THREADS` is 1."""
    if N_THREADS == 1:
        return one(), other()
    with ThreadPoolExecutor(1) as thread:
        beside = thread.submit(one)
        found = other()
        return beside.result(), found
