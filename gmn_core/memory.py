"""What the C library does with memory that was freed."""

from __future__ import annotations

import ctypes
import sys

_KEPT_BYTES = 128 * 2**20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's mallopt


def keep_freed_memory() -> None:
    """Have this process keep memory for its next arrays, up to 128 MB, instead of giving it back at once.

    Each large array would otherwise be new memory, which the system clears and
    maps page by page: of the time for a clip's descriptors that is up to a
    third. For processes that do the same kind of work again and again. On
    systems without glibc nothing changes.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _KEPT_BYTES)
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
