"""``withdraw``: delete everything about one listener, at their request."""

from __future__ import annotations

import argparse

from survey_db.cli.usage import Commands
from survey_db.store import Store


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("withdraw", help="delete everything about one listener")
    parser.add_argument("study", help="the study's name in its link")
    parser.add_argument("listener", help="the listener's short name, e.g. L7K3QX, or completion code")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Delete the listener and print how many answers went along."""
    answers = store.attendances.withdraw(arguments.study, arguments.listener)
    print(f"deleted the listener and {answers} answer{'' if answers == 1 else 's'}")
    return 0
