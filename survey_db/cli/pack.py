"""``pack``: write a study with all its data to a file, to go on with elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_db.cli.usage import Commands
from survey_db.store import Store
from survey_db.transfer import pack_study


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("pack", help="write a study with all its data to a file, to go on elsewhere")
    parser.add_argument("study", help="the study's name in its link")
    parser.add_argument("file", type=Path, help="a new file")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Write the file."""
    pack_study(store, arguments.study, arguments.file)
    print(f"{arguments.study} is in {arguments.file}")
    return 0
