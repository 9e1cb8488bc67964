"""``publish``: replace models of the package by those of a finished training, or a report on them."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.usage import Commands, UsageError, program_name


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "publish",
        help="replace models of the package by those of a finished training, or its report on the test clips",
    )
    parser.add_argument(
        "run_dir",
        type=Path,
        metavar="RUN",
        help="a training's folder, e.g. runs/lstm, or the JSON file of evaluate classifiers --split test",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Publish, and say what to measure again."""
    if arguments.run_dir.suffix == ".json":
        publish_evaluation(arguments.run_dir)
    else:
        publish_run(arguments.run_dir)
    return 0


def publish_evaluation(path: Path) -> None:
    """Publish a report on the test clips, and print where it went."""
    from gmn_core.models.card import ModelError
    from gmn_core.models.reports import publish_report

    try:
        print(f"published: {publish_report(path)}")
    except ModelError as error:
        raise UsageError(str(error)) from error


def add_run_arguments(parser: argparse.ArgumentParser, name: str) -> None:
    """Declare the arguments that say where a training writes, and whether it publishes."""
    parser.add_argument(
        "--run",
        type=Path,
        default=Path("runs") / name,
        dest="run_dir",
        metavar="DIR",
        help="folder of this training and its models (default: %(default)s)",
    )
    parser.add_argument("--publish", action="store_true", help="then replace the package's own models")


def finish_run(arguments: argparse.Namespace) -> None:
    """Say where a training's models are, and publish them if that was asked for."""
    from gmn_core.models.training_run import finished_models

    for path in finished_models(arguments.run_dir):
        print(f"model written to {path}")
    if arguments.publish:
        publish_run(arguments.run_dir)


def publish_run(folder: Path) -> None:
    """Publish a run's models, and print where they went."""
    from gmn_core.models.training_run import TrainingRunError, publish

    try:
        published = publish(folder)
    except TrainingRunError as error:
        raise UsageError(str(error)) from error
    for path in published:
        print(f"published: {path}")
    print(f"reports on the earlier models no longer hold; measure again with {program_name()} evaluate")
