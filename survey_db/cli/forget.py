"""``forget``: delete what could say who listeners are, once their last visit is long ago."""

from __future__ import annotations

import argparse

from survey_db.cli.usage import Commands
from survey_db.store import Store


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "forget", help="delete what could say who listeners are: comments, identifiers, codes; answers stay"
    )
    parser.add_argument("--days", type=int, required=True, help="days since a listener's last visit")
    parser.add_argument("--study", help="the study's name in its link (default: all studies)")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Forget, and print how many listeners that was."""
    count = store.retention.forget(arguments.days, arguments.study)
    print(f"forgot who {count} listener{'' if count == 1 else 's'} {'was' if count == 1 else 'were'}")
    return 0
