"""The command line: ``gmn COMMAND``, or in a checkout ``python -m gmn_core COMMAND``.

Each command is a module of this package with two functions:
``add_parser(commands)``, which declares its arguments and sets ``run``, and
``run(arguments) -> int``, which does the work and returns the exit status
(0 done, 1 some input failed, 2 wrong usage). Modules import what is heavy
inside ``run``, so that ``--help`` is instant. The groups ``train`` and
``evaluate`` hold one module per model: ``train_knn``, ``evaluate_classifiers``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

from gmn_core import __version__
from gmn_core.cli import (
    app,
    classify,
    corpus,
    evaluate_classifiers,
    evaluate_composing,
    evaluate_descriptors,
    evaluate_generator,
    evaluate_music_check,
    evaluate_production,
    gallery,
    generate,
    publish,
    render,
    roundtrip,
    train_cnn,
    train_knn,
    train_lstm,
    train_pretrained,
    train_production,
    train_tuning,
    warm_up,
)
from gmn_core.cli.usage import Commands, UsageError, program_name
from gmn_core.memory import keep_freed_memory

COMMANDS: tuple[ModuleType, ...] = (
    app,
    classify,
    corpus,
    gallery,
    generate,
    publish,
    render,
    roundtrip,
    warm_up,
)
TRAIN: tuple[ModuleType, ...] = (
    train_cnn,
    train_knn,
    train_lstm,
    train_pretrained,
    train_production,
    train_tuning,
)
EVALUATE: tuple[ModuleType, ...] = (
    evaluate_classifiers,
    evaluate_composing,
    evaluate_descriptors,
    evaluate_generator,
    evaluate_music_check,
    evaluate_production,
)


# Libraries that only an extra of the distribution installs.
EXTRAS = {
    "pyarrow": "app",
    "distributed": "cluster",
    **dict.fromkeys(("tensorflow", "keras", "onnx", "tf2onnx", "cma"), "train"),
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(prog=program_name(), description="Classify and generate music by genre.")
    parser.add_argument("--version", action="version", version=__version__)
    commands: Commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    train = commands.add_parser("train", help="train a model from data")
    evaluate = commands.add_parser("evaluate", help="measure how good a model is")
    for group, members in ((train, TRAIN), (evaluate, EVALUATE)):
        subjects: Commands = group.add_subparsers(metavar="WHAT", required=True)
        for member in members:
            member.add_parser(subjects)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = build_parser().parse_args(argv)
    keep_freed_memory()
    try:
        status: int = arguments.run(arguments)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        extra = EXTRAS.get((error.name or "").split(".")[0])
        if extra is None:
            raise
        print(
            f"error: This needs {error.name}: pip install 'generative-music-network[{extra}]'"
            f"{', or make training in a checkout' if extra in ('train', 'cluster') else ''}.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return status
