"""``export``: write every response of a study as CSV, or all that is known of it as a zip."""

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
    parser.add_argument(
        "--zip",
        type=Path,
        metavar="FILE",
        help="write all tables with a codebook to FILE, as Psych-DS has them",
    )
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Write the table, one row per response, test answers and control items included and marked."""
    if arguments.zip:
        _write(arguments.zip, _archive(store, arguments.study))
        return 0
    frame = read_responses(store, store.studies.get(arguments.study).id)
    data = csv_bytes(frame)
    if arguments.output:
        _write(arguments.output, data)
    else:
        sys.stdout.write(data.decode())
    return 0


def _archive(store: Store, slug: str) -> bytes:
    from survey_db.reporting.archive import consent_versions, study_archive
    from survey_db.reporting.results import read_study

    return study_archive(read_study(store, slug), consent_versions(store, slug))


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise SurveyError(f"{file} cannot be written: {error.strerror}.") from error
