"""What a worker and the server tell each other while work goes on: three numbers in a file that both map.

A file and no pipe or lock: a worker that is killed while it writes leaves
nothing behind that could block the server. A server that is killed leaves its
files, but not the lock on each: the next one to start removes what is not locked.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
import weakref
from pathlib import Path

import numpy as np

if sys.platform != "win32":
    import fcntl

_PREFIX = "gmn-slate-"
_BEGUN, _SHARE, _STOP = range(3)
_NEW_SECONDS = 60.0
"""A file younger than this may belong to a server that is about to lock it."""


class Slate:
    """How far the work is, as the worker writes, and whether it is still wanted, as the server writes.

    Parameters
    ----------
    path : Path, optional
        The file of a slate that exists; by default a new one is made, and its
        file goes with it.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            handle, name = tempfile.mkstemp(prefix=_PREFIX)
            os.write(handle, np.zeros(3).tobytes())
            _lock(handle)  # for as long as it is open; no worker inherits it
            path = Path(name)
            weakref.finalize(self, _remove, handle, path)
        self.path = path
        self._numbers = np.memmap(path, dtype=np.float64, mode="r+", shape=(3,))

    def wipe(self) -> None:
        """Make it ready for new work."""
        self._numbers[:] = 0

    @property
    def begun(self) -> bool:
        """Whether the worker has begun."""
        return bool(self._numbers[_BEGUN])

    def begin(self) -> None:
        """Note that the worker has begun."""
        self._numbers[_BEGUN] = 1

    @property
    def share(self) -> float:
        """The share of the work that is done, 0 to 1."""
        return float(self._numbers[_SHARE])

    @share.setter
    def share(self, share: float) -> None:
        self._numbers[_SHARE] = share

    @property
    def stopped(self) -> bool:
        """Whether nobody wants the result any more."""
        return bool(self._numbers[_STOP])

    def stop(self) -> None:
        """Ask the worker to stop."""
        self._numbers[_STOP] = 1


def remove_left_behind() -> None:
    """Remove the slates of servers that have been killed; those of servers that run are locked."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # of another user, or removed by another server meanwhile
            if time.time() - path.stat().st_mtime < _NEW_SECONDS:
                continue
            handle = os.open(path, os.O_RDWR)
            try:
                _lock(handle)
                path.unlink()
            finally:
                os.close(handle)


def _lock(handle: int) -> None:
    """Lock a file that nobody has locked; an `OSError` says that somebody has."""
    if sys.platform != "win32":  # which removes no file that is open
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove(handle: int, path: Path) -> None:
    os.close(handle)
    path.unlink(missing_ok=True)
