"""``classify``: name the genre of audio files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.cli.usage import Commands, UsageError, progress

if TYPE_CHECKING:
    from gmn_core.classification.batch import FileResult


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("classify", help="name the genre of audio files")
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER", help="audio, or folders of it")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON array instead of a table")
    form.add_argument("--csv", action="store_true", help="print comma-separated values instead of a table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Classify every file; the exit status is 1 if any of them failed."""
    from gmn_core.audio.decode import decode_file
    from gmn_core.classification.batch import as_csv, classify_file, find_audio
    from gmn_core.classification.shipped import usable_classifiers

    try:
        paths = list(find_audio(arguments.paths))
    except FileNotFoundError as error:
        raise UsageError(str(error)) from error
    classifiers, problems = usable_classifiers()
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not classifiers:
        raise UsageError("No classifier can be used.")
    results = [
        # Not every file name is UTF-8.
        classify_file(os.fsencode(path).decode(errors="replace"), partial(decode_file, path), classifiers)
        for path in progress(paths, unit="files")
    ]
    if arguments.json:
        print(json.dumps([result.record() for result in results], indent=2))
    elif arguments.csv:
        print(as_csv(results), end="")
    else:
        _print_table(results)
    return 1 if problems or any(result.error for result in results) else 0


def _print_table(results: Sequence[FileResult]) -> None:
    width = max(len(result.name) for result in results)
    for result in results:
        if result.error:
            print(f"{result.name:<{width}}  {result.error}")
        for model, prediction in result.predictions.items():
            best = ", ".join(f"{genre.display_name} {share:.0%}" for genre, share in prediction.ranked()[:3])
            print(f"{result.name:<{width}}  {best}  ({model})")
        for notice in result.notices:
            print(f"{'':<{width}}  {notice}")
