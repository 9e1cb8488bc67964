"""Paths as callers pass them, and files that are never half written."""

from __future__ import annotations

import os
from pathlib import Path

StrPath = str | os.PathLike[str]
"""A path as any caller may give it."""


def shown_name(path: StrPath) -> str:
    """Return a path as it can be printed and stored: not every file name is UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def write_whole(path: StrPath, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it, whatever interrupts.

    Its folders are made. The bytes go to a hidden file beside it, which then
    takes its name.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
