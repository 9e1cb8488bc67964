"""``app``: open the app in a browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from gmn_core.cli.usage import Commands, UsageError

_ROOT = Path(__file__).parents[2]
# In a checkout the app lies beside this package; an installed copy has it in a package of its own.
_PLACES = (_ROOT / "streamlit_app.py", _ROOT / "gmn_app" / "streamlit_app.py")


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("app", help="open the app in a browser")
    parser.add_argument("--port", type=int, default=8501, help="where it listens (default: 8501)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:  # noqa: RET503  # no return after `execv`
    """Run Streamlit until it is stopped."""
    if find_spec("streamlit") is None:
        raise UsageError("The app needs more libraries: pip install 'generative-music-network[app]'.")
    words = command(arguments.port)
    if sys.platform == "win32":
        return subprocess.call(words)
    os.execv(words[0], words)  # in this process's place, so that a signal to it reaches the server


def command(port: int) -> list[str]:
    """Return the command that serves the app on a port.

    Raises
    ------
    UsageError
        If the app is not there.
    """
    script = next((place for place in _PLACES if place.is_file()), None)
    if script is None:
        raise UsageError("The app is not part of this copy of the program; install it again.")
    return [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
