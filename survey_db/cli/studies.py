"""``studies``: list the studies and how far each has come."""

from __future__ import annotations

import argparse

from survey_db.cli.usage import Commands
from survey_db.store import Store


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("studies", help="list the studies")
    parser.add_argument("--archived", action="store_true", help="list archived ones too")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Print a line a study: link name, state, listeners, answers, title; tab-separated."""
    print("study\tstate\tstarted\tcompleted\tanswers\ttitle")
    for study in store.studies.all(archived=arguments.archived):
        state = "archived" if study.archived_at else study.status
        progress = store.attendances.progress(study.slug)
        counts = (progress.started, progress.completed, sum(progress.answers.values()))
        print(study.slug, state, *counts, study.title, sep="\t")
    return 0
