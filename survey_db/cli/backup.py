"""``backup``: write the whole database to a file, while listeners answer."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_db.backup import back_up
from survey_db.cli.usage import Commands
from survey_db.database import database_url


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("backup", help="write the whole database to a file, while listeners answer")
    parser.add_argument("file", type=Path, help="a new file")
    parser.set_defaults(run_alone=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    url = database_url(arguments.database)
    back_up(url, arguments.file)
    print(f"{url.render_as_string()} is in {arguments.file}")
    return 0
