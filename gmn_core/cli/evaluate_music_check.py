"""``evaluate music-check``: how often the check for music errs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from gmn_core.cli.usage import Commands, UsageError


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("music-check", help="hits on noise, tones and speech; false alarms on GTZAN")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="GTZAN in any form")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report here")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print a table, and write what was asked for."""
    from gmn_core.classification.music_check_evaluation import evaluate_music_check
    from gmn_core.corpora.stored import StoredCorpus

    if not arguments.data.is_dir():
        raise UsageError(f"There is no folder {arguments.data}.")
    report = evaluate_music_check(StoredCorpus(arguments.data))
    for kind, rate in {**report["hits"], "false alarms on GTZAN": report["false_alarms"]}.items():
        print(f"{kind:<22} {rate['n_right']:>4} of {rate['n']:<4} [{rate['low']:.3f}, {rate['high']:.3f}]")
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0
