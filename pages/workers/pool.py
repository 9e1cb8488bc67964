"""A small pool of worker processes with limits of time, memory and number.

Each worker is a pool of one of loky's, so that ending it, or its crash, costs
the work that it was doing and nothing else.
"""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from loky import ProcessPoolExecutor
from loky.process_executor import ShutdownExecutorError

from pages.workers.errors import CrashError, TooLongError
from pages.workers.slate import Slate, remove_left_behind
from pages.workers.turns import POLL_SECONDS, Turns
from pages.workers.worker import Report, begin, work

T = TypeVar("T")

SIZE_NAME = "GMN_WORKERS"
_MOST_BY_DEFAULT = 4
_GRACE_SECONDS = 1.0
"""How long a worker that is asked to stop may take before it is killed."""

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    # Else glibc keeps much of what short-lived threads have used.
    "MALLOC_ARENA_MAX": "2",
}

# loky replaces a worker that has grown by 300 MB, as ten minutes of audio make it; nobody need act on that.
warnings.filterwarnings("ignore", "A worker was restarted", UserWarning)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkLimits:
    """What work may take.

    Parameters
    ----------
    seconds : float
        Time for one piece of work, from when it begins.
    memory_bytes : int
        Address space of one worker; ten minutes of audio need half of it.
    waiting : int
        Pieces of work that may wait.
    works : int
        Pieces of work after which a worker is replaced by a fresh one.
    """

    seconds: float = 180.0
    memory_bytes: int = 3 * 2**30
    waiting: int = 60
    works: int = 200


class WorkerPool:
    """Does work in processes of its own.

    Parameters
    ----------
    size : int, optional
        How many workers there are; by default `default_size`.
    limits : WorkLimits, optional
        What work may take.
    prepare : callable, optional
        Run in each worker when it starts, with a `Report`: loads what all
        work needs.
    """

    def __init__(
        self,
        size: int | None = None,
        limits: WorkLimits | None = None,
        prepare: Callable[[Report], object] | None = None,
    ) -> None:
        remove_left_behind()
        self._limits = limits or WorkLimits()
        size = size or default_size()
        self.turns = Turns(size, self._limits.waiting)
        self._hands = [_Hand(self._limits, prepare) for _ in range(size)]
        self._idle = list(self._hands)
        self._lock = Lock()

    def start(self) -> None:
        """Start every worker now, in the background; else each starts with its first work."""
        with self._lock:
            for hand in self._idle:
                hand.start()

    def do(
        self,
        function: Callable[..., T],
        *arguments: Any,
        visitor: str = "",
        on_wait: Callable[[int], None] = lambda ahead: None,
        on_progress: Callable[[float], object] = lambda share: None,
        seconds: float | None = None,
    ) -> T:
        """Have a worker call a function, and return what it returns.

        Parameters
        ----------
        function : callable
            Of a module that a worker can import; gets a `Report` first.
        *arguments
            What follows it. Both these and the result are copied.
        visitor : str
            Who asks, for a fair share.
        on_wait, on_progress : callable
            Called a few times a second with how many come first, and then
            with the share of the work that is done. What they raise ends the
            work.
        seconds : float, optional
            Time for it, if other than the limit of all.

        Raises
        ------
        QueueFullError
            If too many are waiting.
        TooLongError
            If the time is up.
        CrashError
            If the worker has ended or its memory was used up.
        """
        with self.turns.take(visitor, on_wait):
            with self._lock:
                hand = self._idle.pop()  # the one that rested last: its memory is warm
            try:
                return hand.do(function, arguments, on_progress, seconds or self._limits.seconds)
            finally:
                with self._lock:
                    self._idle.append(hand)

    def close(self) -> None:
        """End every worker, whatever it does; work that is asked for later starts another."""
        for hand in self._hands:
            hand.end()


class _Hand:
    """One worker process, or its successor."""

    def __init__(self, limits: WorkLimits, prepare: Callable[[Report], object] | None) -> None:
        self._limits = limits
        self._prepare = prepare
        self._slate = Slate()
        self._executor: ProcessPoolExecutor | None = None
        self._n_works = 0

    def start(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                1,
                initializer=begin,
                initargs=(self._limits.memory_bytes, self._prepare, os.getpid()),
                env=_ENVIRONMENT,
            )
            self._n_works = 0
            self._executor.submit(int)  # loky starts a process with its first work
        return self._executor

    def end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, kill_workers=True)
            self._executor = None

    def do(
        self,
        function: Callable[..., T],
        arguments: tuple[Any, ...],
        on_progress: Callable[[float], object],
        seconds: float,
    ) -> T:
        try:
            return self._try(function, arguments, on_progress, seconds)
        except CrashError:
            if self._slate.begun:
                raise
            # It had ended while it rested, which no work is to blame for.
            return self._try(function, arguments, on_progress, seconds)

    def _try(
        self,
        function: Callable[..., T],
        arguments: tuple[Any, ...],
        on_progress: Callable[[float], object],
        seconds: float,
    ) -> T:
        if not self._slate.path.exists():  # what tidies temporary folders may take it after some days
            self._slate = Slate()
        self._slate.wipe()
        future: Future[T] | None = None
        try:
            future = self.start().submit(work, self._slate.path, function, arguments)
            deadline = time.monotonic() + seconds
            while not wait([future], POLL_SECONDS).done:
                on_progress(self._slate.share)
                if time.monotonic() > deadline:
                    raise TooLongError
            self._n_works += 1
            return future.result()
        except (BrokenProcessPool, ShutdownExecutorError, MemoryError) as error:
            _log.warning("A worker has ended: %s", error)
            self.end()
            raise CrashError from error
        finally:
            if future is not None:
                self._rest(future)

    def _rest(self, future: Future[Any]) -> None:
        """Leave no work behind, and let a worker that has done enough go."""
        if not future.done():
            self._slate.stop()
            if not wait([future], _GRACE_SECONDS).done:
                self.end()
                self.start()
        if self._n_works >= self._limits.works:
            self.end()
            self.start()


def default_size() -> int:
    """Return the number of workers from the environment, else one per processor, at most four.

    Each takes some hundred megabytes.
    """
    given = os.environ.get(SIZE_NAME, "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    return min(os.cpu_count() or 1, _MOST_BY_DEFAULT)
