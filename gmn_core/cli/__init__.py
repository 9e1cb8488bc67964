"""The command line: ``python -m gmn_core COMMAND``.

Each command is a module of this package with two functions:
``add_parser(commands)``, which declares its arguments and sets ``run``, and
``run(arguments) -> int``, which does the work and returns the exit status
(0 done, 1 some input failed, 2 wrong usage). Modules import what is heavy
inside ``run``, so that ``--help`` is instant. The groups ``train`` and
``evaluate`` hold one module a model: ``train_knn``, ``evaluate_classifiers``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from gmn_core.cli import (
    classify,
    corpus,
    evaluate_classifiers,
    evaluate_music_check,
    train_cnn,
    train_knn,
    train_pretrained,
    warm_up,
)
from gmn_core.cli.usage import Commands, UsageError


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog="python -m gmn_core", description="Classify and generate music by genre."
    )
    commands: Commands = parser.add_subparsers(metavar="COMMAND", required=True)
    classify.add_parser(commands)
    corpus.add_parser(commands)
    train: Commands = commands.add_parser("train", help="train a model from data").add_subparsers(
        metavar="MODEL", required=True
    )
    train_cnn.add_parser(train)
    train_knn.add_parser(train)
    train_pretrained.add_parser(train)
    evaluate: Commands = commands.add_parser("evaluate", help="measure a model").add_subparsers(
        metavar="MODEL", required=True
    )
    evaluate_classifiers.add_parser(evaluate)
    evaluate_music_check.add_parser(evaluate)
    warm_up.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return status
