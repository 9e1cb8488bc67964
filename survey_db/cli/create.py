"""``create``: make a study from a folder of audio."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from survey_db.cli.usage import Commands
from survey_db.running.folder import STUDY_FILE, read_folder
from survey_db.store import Store


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("create", help="make a study from a folder of audio")
    parser.add_argument("folder", type=Path, help=f"folder with {STUDY_FILE} and the audio files it names")
    parser.add_argument("--slug", help="the study's name in its link; made from the title otherwise")
    parser.add_argument("--open", action="store_true", help="open it to listeners at once")
    parser.set_defaults(run=run)


def run(store: Store, arguments: argparse.Namespace) -> int:
    """Make the study and print its name in the link."""
    new, samples = read_folder(arguments.folder)
    new = replace(new, slug=arguments.slug or new.slug)
    study = store.studies.create(new, samples, open_now=arguments.open)
    print(study.slug)
    return 0
