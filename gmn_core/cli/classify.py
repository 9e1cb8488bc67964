"""``classify``: name the genre of audio files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.classification.names import MODEL_NAMES
from gmn_core.cli.cluster import CLUSTER_HELP, cluster_at
from gmn_core.cli.usage import Commands, UsageError, progress
from gmn_core.files import shown_name

if TYPE_CHECKING:
    from gmn_core.classification.batch import FileResult


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("classify", help="name the genre of audio files")
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER", help="audio, or folders of it")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON array instead of a table")
    form.add_argument("--csv", action="store_true", help="print comma-separated values instead of a table")
    form.add_argument(
        "--out",
        type=Path,
        metavar="FILE.parquet",
        help="write a table, by several processes; a run that was ended goes on where it was; "
        "the pretrained CNN then hears every four seconds in place of two",
    )
    parser.add_argument(
        "--classifier",
        action="append",
        choices=list(MODEL_NAMES),
        metavar="NAME",
        help="with --out: ask this classifier only (may be given several times)",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="with --out: processes of this machine (default: one per processor)",
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help=f"with --out: who does it in place of this machine: {CLUSTER_HELP}",
    )
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
    if arguments.out is not None:
        return _write_library(paths, arguments)
    classifiers, problems = usable_classifiers()
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not classifiers:
        raise UsageError("No classifier can be used.")
    results = [
        classify_file(shown_name(path), partial(decode_file, path), classifiers)
        for path in progress(paths, unit="files")
    ]
    if arguments.json:
        print(json.dumps([result.record() for result in results], indent=2))
    elif arguments.csv:
        print(as_csv(results), end="")
    else:
        _print_table(results)
    return 1 if problems or any(result.error for result in results) else 0


def _write_library(paths: Sequence[Path], arguments: argparse.Namespace) -> int:
    """Classify many files to one table, with progress on standard error."""
    from gmn_core.classification.library import local_processes

    if arguments.out.suffix.lower() != ".parquet":
        raise UsageError(f"The table is a Parquet file: its name must end in .parquet, not {arguments.out}.")
    if arguments.cluster is None:
        n_processes = max(1, arguments.processes)
        n_done, n_failed = _work_on(paths, arguments, partial(local_processes, n_processes), n_processes)
    else:
        with cluster_at(arguments.cluster) as (workers, n_processes):
            n_done, n_failed = _work_on(paths, arguments, lambda: nullcontext(workers), n_processes)
    print(f"{n_done} files in {arguments.out}, {n_failed} of them could not be used.")
    return 1 if n_failed else 0


def _work_on(
    paths: Sequence[Path],
    arguments: argparse.Namespace,
    start: Callable[[], AbstractContextManager[Executor]],
    n_processes: int,
) -> tuple[int, int]:
    from tqdm import tqdm

    from gmn_core.classification.library import classify_library, library_record
    from gmn_core.classification.shipped import JUDGES

    work = partial(library_record, tuple(arguments.classifier or JUDGES))
    with tqdm(total=len(paths), unit=" files", disable=not sys.stderr.isatty()) as bar:

        def show(done: int, failed: int) -> None:
            bar.set_postfix(failed=failed, refresh=False)
            bar.update(done - bar.n)

        return classify_library(paths, arguments.out, work, start, n_processes=n_processes, on_progress=show)


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
