"""What the C library does with memory that was freed."""

from __future__ import annotations

import ctypes
import sys

_KEPT_BYTES = 128 * 2**20
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of glibc's mallopt


def keep_freed_memory() -> None:
    """Have this process keep memory for its next arrays, up to 128 MB, instead of giving it back at once.

    Each large array would otherwise be new memory, which the system clears and
    maps page by page: of the time for a clip's descriptors that is up to a
    third. For processes that do the same kind of work again and again. On
    systems without glibc nothing changes.
    """
    _set(_MMAP_THRESHOLD, _KEPT_BYTES)
    _set(_TRIM_THRESHOLD, _KEPT_BYTES)


def share_one_arena() -> None:
    """Have all threads of this process take memory from one place.

    Each thread would otherwise have its own, and keep what it has freed for itself: a
    server of many short-lived threads grows by that. Python's lock lets few threads ask for
    memory at once. On systems without glibc nothing changes.
    """
    _set(_ARENA_MAX, 1)


def _set(parameter: int, value: int) -> None:
    if sys.platform.startswith("linux"):
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(parameter, value)
