"""Training batches made ahead, by worker processes or by a thread, always in the same order."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager

from gmn_core.generation.training.windows import Batch
from gmn_core.parallel import in_order

Make = Callable[[int], Batch]

_MOST_WORKERS = 4  # one makes 60 batches of 96 windows a second
_AHEAD = 3  # batches per worker that wait or are being made


def usual_workers() -> int:
    """Return how many processes to make batches with: none, i.e. a thread, on two cores."""
    return min(max((os.cpu_count() or 1) // 2 - 1, 0), _MOST_WORKERS)


@contextmanager
def batches_ahead(make: Make, numbers: range, workers: int) -> Iterator[Iterator[Batch]]:
    """Open a supply of batches that are made while earlier ones are used.

    Parameters
    ----------
    make : callable
        Gives the batch of a number. It is pickled once per worker.
    numbers : range
        The batches to make, in this order.
    workers : int
        Processes to make them with; at 0, a thread of this one.

    Yields
    ------
    iterator of Batch
    """
    pool: Executor
    if workers:
        # Forked copies of a process with an accelerator's threads may hang.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(make,))
        make = _make_here
    else:
        pool = ThreadPoolExecutor(1)
    try:
        submitted = (pool.submit(make, number) for number in numbers)
        yield in_order(submitted, _AHEAD * max(workers, 1))
    finally:
        pool.shutdown(cancel_futures=True)


_worker_make: Make


def _begin(make: Make) -> None:
    """Keep in a worker process what makes its batches."""
    global _worker_make
    _worker_make = make


def _make_here(number: int) -> Batch:
    return _worker_make(number)
