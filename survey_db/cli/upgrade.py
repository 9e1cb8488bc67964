"""``upgrade``: bring the database up to date, as every server does when it starts."""

from __future__ import annotations

import argparse

from survey_db.cli.usage import Commands
from survey_db.store import Store


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("upgrade", help="bring the database up to date")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Say where the database is; opening it has brought it up to date."""
    print(f"{store.engine.url.render_as_string()} is up to date")
    return 0
