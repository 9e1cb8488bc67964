"""``corpus fetch`` and ``corpus check``: get a data set, and see whether it is complete."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from gmn_core.cli.usage import Commands, UsageError, program_name
from gmn_core.corpora.places import corpus_dir

if TYPE_CHECKING:
    from gmn_core.corpora.gtzan import Report

BY_HAND = """\
To place the files by hand:
  1. Get "GTZAN Dataset - Music Genre Classification" from Kaggle (an account is needed), or the data set
     marsyas/gtzan from Hugging Face.
  2. Unpack it so that the clips lie in {folder}, e.g. {folder}/genres/blues/blues.00000.wav
     (the names of the folders in between do not matter).
  3. Run: {program} corpus check gtzan --dir {folder}"""


def add_parser(commands: Commands) -> None:
    """Declare the commands."""
    corpus = commands.add_parser("corpus", help="fetch or check a data set")
    actions = corpus.add_subparsers(metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help="download a data set and check it")
    fetch.add_argument("--mini", action="store_true", help="only 100 clips (mirdata's small edition)")
    fetch.add_argument("--url", help="get the same archive from another address")
    fetch.set_defaults(run=run_fetch)
    check = actions.add_parser("check", help="report missing, damaged, short and repeated clips")
    check.set_defaults(run=run_check)
    for action in (fetch, check):
        action.add_argument("name", choices=["gtzan"], help="the data set")
        action.add_argument(
            "--dir",
            type=Path,
            default=corpus_dir("gtzan"),
            help="its folder (default: data/gtzan in a checkout, else in your user data folder)",
        )


def run_fetch(arguments: argparse.Namespace) -> int:
    """Download, verify, unpack and check."""
    from gmn_core.corpora.download import Archive, DownloadError, fetch, unpack
    from gmn_core.corpora.gtzan import FULL, MINI

    archive = MINI if arguments.mini else FULL
    if arguments.url:
        archive = Archive(arguments.url, archive.filename, archive.md5)
    bar = tqdm(unit="B", unit_scale=True, desc=archive.filename, disable=not sys.stderr.isatty())

    def show(done: int, total: int | None) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        with bar:
            path = fetch(archive, arguments.dir, show)
        unpack(path, arguments.dir)
    except DownloadError as error:
        print(f"error: {error}", file=sys.stderr)
        print(BY_HAND.format(folder=arguments.dir, program=program_name()), file=sys.stderr)
        return 1
    report = _check(arguments.dir)
    return 0 if report.sound and (arguments.mini or not report.missing) else 1


def run_check(arguments: argparse.Namespace) -> int:
    """Print the report; the exit status is 0 only for a complete copy."""
    report = _check(arguments.dir)
    return 0 if report.sound and not report.missing else 1


def _check(folder: Path) -> Report:
    """Check a local copy and print what was found."""
    from gmn_core.corpora.gtzan import check, index

    try:
        tracks = index(folder)
    except FileNotFoundError as error:
        raise UsageError(str(error)) from error
    with tqdm(total=len(tracks), unit=" clips", disable=not sys.stderr.isatty(), leave=False) as bar:
        report = check(tracks, lambda _: bar.update())
    print(f"{report.n_found} of {len(tracks)} clips found, {len(report.missing)} missing")
    if report.missing:
        print("  missing: " + _first(report.missing))
    for name, sentence in report.corrupt.items():
        print(f"  corrupt: {name}: {sentence}")
    for name, seconds in report.short.items():
        print(f"  short: {name}: {seconds:.1f} s")
    for names in report.duplicates:
        print(f"  the same audio: {', '.join(names)}")
    return report


def _first(names: tuple[str, ...], most: int = 8) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
