"""``evaluate music-check``: how often the check for music errs."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.usage import Commands, require_folder


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("music-check", help="hits on noise, tones and speech; false alarms on GTZAN")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="GTZAN in any form")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to write the check's model card to")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print a table, and write the card if asked for."""
    from gmn_core.classification.evaluation.music_check import evaluate_music_check
    from gmn_core.corpora.stored import StoredCorpus
    from gmn_core.models.card import write_card

    require_folder(arguments.data)
    card = evaluate_music_check(StoredCorpus(arguments.data))
    for kind, rate in card.figures.items():
        print(f"{kind:<22} {rate['n_right']:>4} of {rate['n']:<4} [{rate['low']:.3f}, {rate['high']:.3f}]")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        write_card(card, arguments.out)
    return 0
