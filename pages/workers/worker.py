"""What runs in a worker: its beginning, and each piece of work."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pages.workers.slate import Slate

NICENESS = 10
"""Listeners and pages go first: the work gets what they leave of the processors."""

Report = Callable[[float], None]
"""Takes the share of the work that is done; raises `Stopped` if nobody wants the result any more."""

_log = logging.getLogger(__name__)


class Stopped(Exception):  # noqa: N818  # no error: whoever asked has left
    """Nobody wants the result any more."""


def begin(memory_bytes: int, prepare: Callable[[Report], object] | None) -> None:
    """Make the process less urgent than the server, bound its memory, and prepare it for its work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches it too; the server ends it
    with contextlib.suppress(AttributeError, OSError):  # Windows has neither
        os.nice(NICENESS)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if prepare is not None:
        try:
            prepare(lambda share: None)
        except Exception:
            _log.exception("A worker could not prepare itself; it will try again with its first work.")


def work(slate_file: Path, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Call a function with arguments and, before them, a `Report`."""
    slate = Slate(slate_file)
    slate.begin()

    def report(share: float) -> None:
        slate.share = share
        if slate.stopped:
            raise Stopped

    return function(report, *arguments)
