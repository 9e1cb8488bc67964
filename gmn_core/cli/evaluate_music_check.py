"""``evaluate music-check``: how often the check for music errs."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.usage import Commands, UsageError, require_folder


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser(
        "music-check", help="hits on noise, tones, speech and other sounds; false alarms on music"
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="GTZAN in any form")
    parser.add_argument(
        "--sounds",
        type=Path,
        metavar="DIR",
        help="packages with real sounds, each unpacked to a folder of its name",
    )
    parser.add_argument(
        "--fit", action="store_true", help="first set the rule anew, on other packages and GTZAN"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to write the rule and its card to")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print a table, and write the card if asked for."""
    from gmn_core.classification.evaluation.music_check import evaluate_music_check
    from gmn_core.corpora.stored import StoredCorpus

    require_folder(arguments.data)
    if arguments.fit and not arguments.sounds:
        raise UsageError("The rule is set on real sounds: name their folder with --sounds.")
    if arguments.sounds:
        require_folder(arguments.sounds)
    card = evaluate_music_check(
        StoredCorpus(arguments.data), arguments.sounds, arguments.out, fit=arguments.fit
    )
    for kind, rate in card.figures.items():
        print(f"{kind:<52} {rate['n_right']:>4} of {rate['n']:<4} [{rate['low']:.3f}, {rate['high']:.3f}]")
    return 0
