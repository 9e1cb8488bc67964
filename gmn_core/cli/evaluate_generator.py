"""``evaluate generator``: compare the generator with held-out real pieces and baselines."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.usage import Commands, UsageError, progress


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("generator", help="the generator against held-out pieces (about ten minutes)")
    add_corpus_arguments(parser)
    parser.add_argument(
        "--split",
        choices=("valid", "test"),
        default="test",
        help="held-out pieces: valid to make choices on, test to report (default: test)",
    )
    parser.add_argument("--samples", type=int, default=20, metavar="N", help="samples per genre")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of a sample")
    parser.add_argument("--seed", type=int, default=1000, help="seed of each genre's first sample")
    parser.add_argument("--model", type=Path, metavar="DIR", help="generator to measure (default: shipped)")
    parser.add_argument(
        "--guidance",
        type=float,
        metavar="G",
        help="strength of the genre, 1 for none (default: its own)",
    )
    parser.add_argument(
        "--samples-only",
        type=Path,
        metavar="REPORT",
        help="measure only what depends on samples; take the rest from a report on the same weights",
    )
    parser.add_argument("--card", action="store_true", help="write the main figures into the model's card")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole report")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, print the main figures, and write the report."""
    from gmn_core.corpora.midi import Split
    from gmn_core.generation.evaluation.report import evaluate_generator
    from gmn_core.generation.playing.model import NAME, read_model, shipped_model
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.training.card import add_figures, missed_targets
    from gmn_core.generation.training.dataset import load_dataset
    from gmn_core.models.card import model_dir

    if arguments.samples < 2:
        raise UsageError("At least two samples per genre are needed.")
    if arguments.card and arguments.split != "test":
        raise UsageError("A card holds figures of test pieces: --card goes with --split test.")
    if arguments.guidance is not None and (arguments.card or not 0 <= arguments.guidance <= 10):
        raise UsageError(
            "--guidance takes a strength from 0 to 10, and a card has figures at the model's own."
        )
    earlier = _earlier(arguments.samples_only)
    try:
        model = read_model(arguments.model) if arguments.model else shipped_model()
        if arguments.guidance is not None:
            model = replace(model, guidance=arguments.guidance)
        splits = read_corpus(arguments)
        dataset = load_dataset(splits, arguments.cache, model.shapes)
    except GenerationError as error:
        raise UsageError(str(error)) from error
    report = evaluate_generator(
        splits,
        dataset,
        model,
        n_samples=arguments.samples,
        seconds=arguments.seconds,
        seed=arguments.seed,
        progress=progress,
        split=Split(arguments.split),
        earlier=earlier,
    )
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(
            json.dumps(without_nan(report), indent=1, allow_nan=False) + "\n", encoding="utf-8"
        )
    if arguments.card:
        add_figures(arguments.model or model_dir(NAME), without_nan(report), missed_targets(report))
    print("\n".join([*summary(report), *missed_targets(report)]))
    return 0


def _earlier(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        return {part: report[part] for part in ("round trip", "likelihood")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} holds no report.") from error


def without_nan(value: Any) -> Any:
    """Return a report with None where a value is undefined, since JSON has no NaN."""
    if isinstance(value, dict):
        return {name: without_nan(own) for name, own in value.items()}
    if isinstance(value, list):
        return [without_nan(own) for own in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _number(value: float | None) -> float:
    """Return a figure of a report; NaN for what is not defined, in a report that was read from a file too."""
    return math.nan if value is None else value


def summary(report: dict[str, Any]) -> list[str]:
    """Return the main figures of a report, one per line."""
    trip, bits = report["round trip"], report["likelihood"]
    collapsed = {group: _number(own["all"]["collapsed windows"]) for group, own in report["harmony"].items()}
    auc = _number(report["two-sample test"]["auc"])
    known, best = report["recognisability"], bits["best baseline"]
    beyond = sum(
        voice["samples beyond held-out"] for own in report["memorisation"].values() for voice in own.values()
    )
    return [
        f"round trip: accuracy {trip['raw files']['accuracy']:.3f} on raw files, "
        f"{trip['after the round trip']['accuracy']:.3f} after; lost {trip['lost']['accuracy']:.1%}",
        f"likelihood: {bits['network']['total']:.2f} bits per step, {best} {bits[best]['total']:.2f}; "
        f"saved {bits['saved']:.1%}",
        f"recognisability: {known['samples']['accuracy']:.3f} of samples, "
        f"{known['held-out real']['accuracy']:.3f} of held-out excerpts; "
        f"below half of their own: {', '.join(known['genres below half of their own']) or 'none'}",
        f"metrics: {report['metrics']['genres with at least 5 of 6 inside']} of "
        f"{len(report['metrics']['by genre'])} genres have 5 of 6 inside the real quartiles; "
        f"training excerpts {report['metrics']['the same of training excerpts']}",
        f"harmony: collapsed in {collapsed['samples']:.1%} of the samples' half minutes, "
        f"{collapsed['held-out real']:.1%} of held-out excerpts'",
        f"floor: {report['floor']['samples below']} of {report['floor']['of']} samples fall below it",
        f"two-sample test: samples told from held-out excerpts with an AUC of {auc:.3f}",
        "from outside: "
        + ", ".join(
            f"{name} {_number(own['auc']):.3f}"
            for name, own in report["two-sample tests from outside"].items()
        ),
        f"memorisation: {beyond} voices of samples share longer runs than nine in ten held-out excerpts",
    ]
