"""``calibrate``: show on simulated studies how often tests of guesses and intervals of systems hold."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_db.cli.usage import Commands, whole_number
from survey_db.errors import SurveyError

PARTS = ("guesses", "systems", "sequential")


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("calibrate", help="simulate how often tests and intervals are wrong")
    parser.add_argument(
        "part",
        nargs="?",
        choices=PARTS,
        default="guesses",
        help="the tests of guesses (default), the intervals of systems, or the sequential test",
    )
    parser.add_argument(
        "--draws", type=whole_number, default=1_000, metavar="N", help="studies to draw (1000)"
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="put the tables between their marks in FILE, too"
    )
    parser.add_argument(
        "--figure", type=Path, metavar="FILE", help="draw the power of the tests of guesses in FILE, as SVG"
    )
    parser.set_defaults(run_alone=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the tables as Markdown, and write them where asked."""
    from survey_db.reporting.calibration_figure import power_of_tests
    from survey_db.statistics import calibration, sequential_studies, system_studies

    if arguments.figure and arguments.part != "guesses":
        raise SurveyError("A figure is drawn of the tests of guesses alone.")
    report = {
        "guesses": calibration.report,
        "systems": system_studies.report,
        "sequential": sequential_studies.report,
    }[arguments.part]
    if arguments.write:
        around(arguments.write, arguments.part)  # what cannot be written is said before minutes of work
    lines = []
    for line in report(arguments.draws):
        print(line, flush=True)
        lines.append(line)
    if arguments.write:
        before, after = around(arguments.write, arguments.part)
        _write(arguments.write, "\n".join([before, *lines, after]))
    if arguments.figure:
        found = calibration.powers(arguments.draws, calibration.PERMUTATIONS)
        _write(arguments.figure, power_of_tests(found))
    return 0


def marks(part: str) -> tuple[str, str]:
    """Return the lines between which the tables of a part stand."""
    return f"<!-- calibration of {part}: start -->", f"<!-- calibration of {part}: end -->"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SurveyError(f"{file} cannot be written: {error.strerror}.") from error


def around(file: Path, part: str) -> tuple[str, str]:
    """Return what a file has up to the mark where the tables start, and from the one where they end."""
    opening, closing = marks(part)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SurveyError(f"{file} cannot be read: {error.strerror}.") from error
    before, start, rest = text.partition(opening)
    _, end, after = rest.partition(closing)
    if not (start and end):
        raise SurveyError(f"{file} lacks the marks {opening} and {closing}.")
    return before + start, end + after
