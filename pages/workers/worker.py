"""What runs in a worker: its beginning, and each piece of work."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

from gmn_core.memory import keep_freed_memory
from pages.workers.slate import Slate

NICENESS = 10
"""Listeners and pages go first: the work gets what they leave of the processors."""

_LOOK_SECONDS = 1.0

Report = Callable[[float], None]
"""Takes the share of the work that is done; raises `Stopped` if nobody wants the result any more."""

_log = logging.getLogger(__name__)


class Stopped(Exception):  # noqa: N818  # no error: whoever asked has left
    """Nobody wants the result any more."""


def begin(memory_bytes: int, prepare: Callable[[Report], object] | None, server: int) -> None:
    """Make the process less urgent than the server, bound its memory, and prepare it for its work.

    It ends with the server, whose process number it is told: a server may be gone before its worker begins.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches it too; the server ends it
    with contextlib.suppress(AttributeError, OSError):  # Windows has neither
        os.nice(NICENESS)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Thread(target=_end_with, args=(server,), daemon=True).start()
    keep_freed_memory()
    if prepare is not None:
        try:
            prepare(lambda share: None)
        except Exception:
            _log.exception("A worker could not prepare itself; it will try again with its first work.")


def _end_with(server: int) -> None:
    """End this process when the server that started it is gone, even if that was killed."""
    while os.getppid() == server:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


def work(slate_file: Path, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Call a function with arguments and, before them, a `Report`."""
    slate = Slate(slate_file)
    slate.begin()

    def report(share: float) -> None:
        slate.share = share
        if slate.stopped:
            raise Stopped

    return function(report, *arguments)
