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
