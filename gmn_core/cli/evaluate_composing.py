"""``evaluate composing``: what chords that are given, and roles that are locked, cost."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.usage import Commands, UsageError, progress


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser(
        "composing", help="what given chords and locked roles cost (about ten minutes)"
    )
    add_corpus_arguments(parser)
    parser.add_argument(
        "--split",
        choices=("valid", "test"),
        default="valid",
        help="whose chords are given: valid to make choices on, test to report (default: valid)",
    )
    parser.add_argument("--pieces", type=int, default=10, metavar="N", help="held-out pieces per genre")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of a sample")
    parser.add_argument("--seed", type=int, default=2000, help="seed of the first sample")
    parser.add_argument("--model", type=Path, metavar="DIR", help="generator to measure (default: shipped)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole report")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print the main figures, and write the report."""
    from gmn_core.corpora.midi import Split
    from gmn_core.generation.evaluation.composing import composing_report
    from gmn_core.generation.playing.model import read_model, shipped_model
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.training.dataset import load_dataset

    if arguments.pieces < 1:
        raise UsageError("At least one piece per genre is needed.")
    try:
        model = read_model(arguments.model) if arguments.model else shipped_model()
        dataset = load_dataset(read_corpus(arguments), arguments.cache, model.shapes)
        report = composing_report(
            dataset.of(Split.TRAIN),
            dataset.of(Split(arguments.split)),
            model,
            n_pieces=arguments.pieces,
            seconds=arguments.seconds,
            seed=arguments.seed,
            progress=progress,
        )
    except GenerationError as error:
        raise UsageError(str(error)) from error
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print("\n".join(composing_summary(report)))
    return 0


def composing_summary(report: dict[str, Any]) -> list[str]:
    """Return the main figures, a line for each kind of sample."""
    lines = []
    for name, own in report.items():
        tones = "; ".join(
            f"{part} {each['mean']:.3f} ({each['95 % interval'][0]:.3f}-{each['95 % interval'][1]:.3f})"
            for part, each in own["chord tones"].items()
        )
        known = own["recognised"]
        low, high = known["accuracy, 95 % interval"]
        line = (
            f"{name}: chord tones of the {tones}; recognised {known['accuracy']:.3f} ({low:.3f}-{high:.3f})"
        )
        if auc := own.get("told from held-out excerpts"):
            low, high = auc["95 % interval"]
            line += f"; told apart, AUC {auc['auc']:.3f} ({low:.3f}-{high:.3f})"
        lines.append(line)
    return lines
