"""``evaluate descriptors``: compare the 57 descriptors with a published table."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

from gmn_core.cli.usage import Commands, UsageError


def add_parser(subjects: Commands) -> None:
    """Declare the command."""
    parser = subjects.add_parser("descriptors", help="compare our 57 descriptors with published ones")
    parser.add_argument("--audio", type=Path, required=True, metavar="DIR", help="lossless GTZAN clips")
    parser.add_argument("--table", type=Path, required=True, metavar="CSV", help="features_30_sec.csv")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the largest relative error of each descriptor; the status is 1 if one is beyond its tolerance."""
    from gmn_core.corpora.gtzan import read_descriptors
    from gmn_core.features.parity import largest_errors, tolerance

    if not arguments.table.is_file():
        raise UsageError(f"There is no file {arguments.table}.")
    published = read_descriptors(arguments.table)
    audio = {path.stem: path for path in arguments.audio.glob("*.*") if path.stem in published}
    if not audio:
        raise UsageError(f"The folder {arguments.audio} holds no clip of the table.")
    with tqdm(total=len(audio), unit=" clips", disable=not sys.stderr.isatty(), leave=False) as bar:
        errors = largest_errors(audio, published, bar.update)
    if arguments.json:
        print(json.dumps({"n_clips": len(audio), "largest_relative_error": errors}, indent=2))
    else:
        for name, error in errors.items():
            print(f"{name:<26}{error:8.1e}  (allowed {tolerance(name):.0e})")
    return 1 if any(error > tolerance(name) for name, error in errors.items()) else 0
