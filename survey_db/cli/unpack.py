"""``unpack``: read a study that ``pack`` wrote into this database."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_db.cli.usage import Commands
from survey_db.store import Store
from survey_db.transfer import unpack_study


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("unpack", help="read a study that was packed elsewhere")
    parser.add_argument("file", type=Path, help="what `pack` wrote")
    parser.add_argument("--slug", help="another name for its link")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Read the file and print the study's name."""
    print(unpack_study(store, arguments.file, arguments.slug))
    return 0
