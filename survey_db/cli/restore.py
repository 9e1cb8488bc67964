"""``restore``: put a backup into an empty database."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_db.backup import restore
from survey_db.cli.usage import Commands
from survey_db.database import database_url
from survey_db.store import open_store


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("restore", help="put a backup into an empty database")
    parser.add_argument("file", type=Path, help="written by backup")
    parser.set_defaults(run_alone=run)


def run(arguments: argparse.Namespace) -> int:
    """Put it back, and bring it up to date."""
    url = database_url(arguments.database)
    restore(arguments.file, url)
    store = open_store(arguments.database)
    studies = len(store.studies.all(archived=True))
    store.engine.dispose()
    print(f"{url.render_as_string()} has {studies} {'study' if studies == 1 else 'studies'}")
    return 0
