"""What the commands share: wrong usage, and a progress bar that stays out of pipes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from tqdm import tqdm

if TYPE_CHECKING:
    Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
else:
    Commands = object
Item = TypeVar("Item")


class UsageError(Exception):
    """Wrong usage that argparse cannot detect; its message is one clear sentence."""


def program_name() -> str:
    """Return how the command line was started: ``gmn`` if it is installed, else through Python."""
    return "gmn" if Path(sys.argv[0]).stem == "gmn" else "python -m gmn_core"


def require_folder(folder: Path) -> None:
    """Raise a `UsageError` unless the folder exists."""
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")


def progress(items: Iterable[Item], *, unit: str, total: int | None = None) -> Iterable[Item]:
    """Pass ``items`` on, with a bar on standard error if that is a terminal."""
    bar: Iterable[Item] = tqdm(
        items, unit=f" {unit}", total=total, disable=not sys.stderr.isatty(), leave=False
    )
    return bar
