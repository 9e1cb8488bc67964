"""``evaluate descriptors``: compare the 57 descriptors with a published table and with librosa."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from gmn_core.cli.usage import Commands, UsageError


def add_parser(subjects: Commands) -> None:
    """Declare the command."""
    parser = subjects.add_parser(
        "descriptors", help="compare our 57 descriptors with published ones and with librosa's"
    )
    parser.add_argument("--audio", type=Path, required=True, metavar="DIR", help="lossless GTZAN clips")
    parser.add_argument("--table", type=Path, required=True, metavar="CSV", help="features_30_sec.csv")
    parser.add_argument(
        "--by-librosa",
        type=int,
        default=20,
        metavar="N",
        help="describe the first N clips by librosa too, a second or two each; 0 for none (default: 20)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the largest relative errors; the status is 1 if one is beyond its tolerance."""
    from gmn_core.corpora.gtzan import read_descriptors
    from gmn_core.features.parity import largest_errors, largest_errors_by_librosa, tolerance

    if arguments.by_librosa < 0:
        raise UsageError("--by-librosa must be 0 or more.")
    if not arguments.table.is_file():
        raise UsageError(f"There is no file {arguments.table}.")
    published = read_descriptors(arguments.table)
    audio = {path.stem: path for path in arguments.audio.glob("*.*") if path.stem in published}
    if not audio:
        raise UsageError(f"The folder {arguments.audio} holds no clip of the table.")
    first = [audio[track] for track in sorted(audio)][: arguments.by_librosa]
    total = len(audio) + len(first)
    with tqdm(total=total, unit=" clips", disable=not sys.stderr.isatty(), leave=False) as bar:
        errors = largest_errors(audio, published, bar.update)
        by_librosa = largest_errors_by_librosa(first, bar.update) if first else {}
    if arguments.json:
        report: dict[str, object] = {"n_clips": len(audio), "largest_relative_error": errors}
        if first:
            report["by_librosa"] = {"n_clips": len(first), "largest_relative_error": by_librosa}
        print(json.dumps(report, indent=2))
    else:
        _print_table(errors)
        if first:
            print()
            _print_groups(by_librosa, len(first))
    found = (*errors.items(), *by_librosa.items())
    return 1 if any(error > tolerance(name) for name, error in found) else 0


def _print_table(errors: Mapping[str, float]) -> None:
    from gmn_core.features.parity import tolerance

    for name, error in errors.items():
        print(f"{name:<26}{error:8.1e}  (allowed {tolerance(name):.0e})")


def _print_groups(errors: Mapping[str, float], n_clips: int) -> None:
    from gmn_core.features.parity import tolerance, worst_of_each_group

    clips = "1 clip" if n_clips == 1 else f"{n_clips} clips"
    print(f"Largest relative deviation from librosa, {clips}:")
    for group, name in worst_of_each_group(errors).items():
        print(f"{group:<26}{errors[name]:8.1e}  in {name} (allowed {tolerance(name):.0e})")
