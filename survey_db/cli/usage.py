"""What the commands share."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
else:
    Commands = object


def program_name() -> str:
    """Return how the command line was started: ``gmn-survey`` where it is installed, else through Python."""
    return "gmn-survey" if Path(sys.argv[0]).stem == "gmn-survey" else "python -m survey_db"


def whole_number(text: str) -> int:
    """Read a whole number of 1 or more."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of 1 or more")
    return number


def share(text: str) -> float:
    """Read a share between 0 and 1, as a fraction or with a percent sign."""
    try:
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share such as 0.3 or 30%")
    return value
