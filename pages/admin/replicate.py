"""Replicate the whole study, with listeners who do not exist: ``python -m pages.admin.replicate FOLDER``.

Generates the samples (or takes those of the study that ships), opens a study
in a database of its own, lets simulated listeners take part, closes it, and
writes the report, which has the published figures beside those found. It tries
every part of a study but its browser; what it finds is what was put into it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gmn_core.files import write_whole
from pages.admin.make_default_study import make_folder
from pages.shared.survey_store import DEFAULT_STUDY
from survey_db.reporting.report import html_report
from survey_db.reporting.results import read_study
from survey_db.running.folder import read_folder
from survey_db.running.simulated import Behaviour, play_listeners
from survey_db.statistics.published import PUBLISHED
from survey_db.statistics.selection import Filters
from survey_db.statistics.summary import StudyStatistics
from survey_db.store import open_store

SLUG = "simulated"
DATABASE, REPORT, SAMPLES = "simulated.db", "simulated-report.html", "samples"


def replicate(folder: Path, samples: Path, listeners: int, behaviour: Behaviour) -> StudyStatistics:
    """Run a study of a folder of samples with simulated listeners, and write its database and report.

    Parameters
    ----------
    folder : Path
        Where the database and the report go; an earlier database there is replaced.
    samples : Path
        A study's folder.
    listeners : int
        How many take part.
    behaviour : Behaviour
        What they do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / DATABASE
    for left in folder.glob(f"{DATABASE}*"):
        left.unlink()
    store = open_store(f"sqlite:///{database}")
    new, clips = read_folder(samples)
    store.studies.create(replace(new, title=f"Simulated: {new.title}", slug=SLUG), clips, open_now=True)
    play_listeners(store, SLUG, listeners, behaviour)
    store.studies.set_status(SLUG, "closed")
    summary = read_study(store, SLUG).summarise(Filters())
    store.engine.dispose()
    report = html_report(summary, datetime.now(UTC), notice=behaviour.sentence())
    write_whole(folder / REPORT, report.encode())
    return summary


def main(arguments: Sequence[str] | None = None) -> None:
    """Replicate the study as the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m pages.admin.replicate", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the database and the report go")
    parser.add_argument("--listeners", type=int, default=PUBLISHED.listeners, help="how many take part")
    parser.add_argument("--shipped", action="store_true", help="take the samples that ship, generate none")
    asked = parser.parse_args(arguments)
    samples = DEFAULT_STUDY
    if not asked.shipped:
        from gmn_core.classification.shipped import shipped_classifiers

        samples = asked.folder / SAMPLES
        make_folder(samples, shipped_classifiers())
    behaviour = Behaviour()
    replicate(asked.folder, samples, asked.listeners, behaviour)
    print(behaviour.sentence())
    print(asked.folder / REPORT)


if __name__ == "__main__":
    main()
