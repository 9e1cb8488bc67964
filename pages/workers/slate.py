"""What a worker and the server tell each other while work goes on: three numbers in a file that both map.

A file and no pipe or lock: a worker that is killed while it writes leaves
nothing behind that could block the server.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from pathlib import Path

import numpy as np

_BEGUN, _SHARE, _STOP = range(3)


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
            handle, name = tempfile.mkstemp(prefix="gmn-slate-")
            os.write(handle, np.zeros(3).tobytes())
            os.close(handle)
            path = Path(name)
            weakref.finalize(self, path.unlink, missing_ok=True)
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
