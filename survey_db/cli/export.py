"""``export``: write every response of a study as CSV."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from survey_db.cli.usage import Commands
from survey_db.errors import SurveyError
from survey_db.reporting.export import csv_bytes
from survey_db.reporting.responses import read_responses
from survey_db.store import Store


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("export", help="write every response of a study as CSV")
    parser.add_argument("study", help="the study's name in its link")
    parser.add_argument("--output", type=Path, help="the file to write; standard output otherwise")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Write the table, one row per response, test answers and control items included and marked."""
    frame = read_responses(store, store.studies.get(arguments.study).id)
    data = csv_bytes(frame)
    if arguments.output:
        try:
            arguments.output.write_bytes(data)
        except OSError as error:
            raise SurveyError(f"{arguments.output} cannot be written: {error.strerror}.") from error
    else:
        sys.stdout.write(data.decode())
    return 0
