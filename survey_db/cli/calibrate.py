"""``calibrate``: show on simulated studies how often the tests of guesses are wrong, and how often right."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_db.cli.usage import Commands, whole_number
from survey_db.errors import SurveyError

START, END = "<!-- calibration: start -->", "<!-- calibration: end -->"


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("calibrate", help="simulate how often the tests of guesses are wrong")
    parser.add_argument(
        "--draws", type=whole_number, default=1_000, metavar="N", help="studies to draw (1000)"
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help=f"put the tables between {START} and {END} in FILE, too"
    )
    parser.set_defaults(run_alone=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the tables as Markdown, and write them where asked."""
    from survey_db.statistics.calibration import report

    if arguments.write:
        around(arguments.write)  # what cannot be written is said before minutes of work
    lines = []
    for line in report(arguments.draws):
        print(line, flush=True)
        lines.append(line)
    if arguments.write:
        before, after = around(arguments.write)
        arguments.write.write_text("\n".join([before, *lines, after]), encoding="utf-8")
    return 0


def around(file: Path) -> tuple[str, str]:
    """Return what a file has up to the mark where the tables start, and from the one where they end."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SurveyError(f"{file} cannot be read: {error.strerror}.") from error
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise SurveyError(f"{file} lacks the marks {START} and {END}.")
    return before + start, end + after
