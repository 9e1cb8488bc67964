"""``summary``: what a study's responses say, as text, JSON or an HTML report."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from survey_db.cli.usage import Commands
from survey_db.errors import SurveyError
from survey_db.statistics.selection import Filters
from survey_db.statistics.summary import StudyStatistics, to_plain
from survey_db.store import Store

if TYPE_CHECKING:
    from survey_db.reporting.results import StudyData


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("summary", help="sum up what a study's responses say")
    parser.add_argument("study", help="the study's name in its link")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print every statistic as JSON")
    form.add_argument("--html", type=Path, metavar="FILE", help="write a report with figures to FILE")
    parser.add_argument("--complete-only", action="store_true", help="count complete sessions only")
    parser.add_argument(
        "--passed-only", action="store_true", help="count listeners who passed the checks only"
    )
    parser.add_argument(
        "--from", type=date.fromisoformat, metavar="DAY", dest="first", help="YYYY-MM-DD, UTC"
    )
    parser.add_argument("--to", type=date.fromisoformat, metavar="DAY", dest="last", help="YYYY-MM-DD, UTC")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Compute the statistics and print or write them."""
    from survey_db.reporting.results import read_study

    filters = Filters(arguments.complete_only, arguments.passed_only, arguments.first, arguments.last)
    study = read_study(store, arguments.study)
    summary = study.summarise(filters)
    if arguments.json:
        from survey_db.reporting.export import json_text

        print(json_text(to_plain(summary)), end="")
    elif arguments.html:
        _write_report(study, summary, arguments.html)
    else:
        print(as_text(summary))
    return 0


def as_text(summary: StudyStatistics) -> str:
    """Return the results as plain text: each section's sentences and tables."""
    from survey_db.reporting.sections import sections

    lines = [summary.study, f"({summary.filters.describe()})"]
    for part in sections(summary):
        lines += ["", part.title, "-" * len(part.title)]
        lines += [re.sub(r"\*\*(.+?)\*\*", r"\1", line) for line in part.text]
        for table in (*(chart.table for chart in part.charts), *part.tables):
            lines += ["", table.printed().to_string(index=False)]
    return "\n".join(lines)


def _write_report(study: StudyData, summary: StudyStatistics, file: Path) -> None:
    from survey_db.reporting.description import description
    from survey_db.reporting.report import html_report

    more = description(study)
    try:
        file.write_text(html_report(summary, datetime.now(UTC), more), encoding="utf-8")
    except OSError as error:
        raise SurveyError(f"The report cannot be written to {file}: {error.strerror}.") from error
    print(file)
