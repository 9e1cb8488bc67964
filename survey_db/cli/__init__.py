"""The survey's command line: ``gmn-survey COMMAND``, or in a checkout ``python -m survey_db COMMAND``.

Each command is a module of this package with two functions:
``add_parser(commands)``, which declares its arguments and sets ``run``, and
``run(store, arguments) -> int``, which does the work on an opened survey and
returns the exit status (0 done, 1 it could not be done, 2 wrong usage). A command
that needs no survey sets ``run_alone`` to a ``run(arguments)``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from survey_db.cli import (
    backup,
    calibrate,
    create,
    export,
    forget,
    pack,
    plan,
    restore,
    studies,
    summary,
    unpack,
    upgrade,
    withdraw,
)
from survey_db.cli.usage import Commands, program_name
from survey_db.database import URL_VARIABLE
from survey_db.errors import SurveyError
from survey_db.store import open_store


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog=program_name(),
        description="Run listening studies.",
        epilog=f"The database is the one that {URL_VARIABLE} names; else it is the file var/survey.db in a "
        "checkout, and survey.db in your user's data folder otherwise.",
    )
    parser.add_argument("--database", metavar="URL", help="another database, as a SQLAlchemy URL")
    commands: Commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (
        studies,
        create,
        export,
        summary,
        plan,
        withdraw,
        forget,
        pack,
        unpack,
        upgrade,
        backup,
        restore,
        calibrate,
    ):
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        status: int = (
            arguments.run_alone(arguments)
            if "run_alone" in arguments
            else arguments.run(open_store(arguments.database), arguments)
        )
    except SurveyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return status
