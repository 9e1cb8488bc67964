"""``train cnn-pretrained``: convert the pretrained network, and fit the head and the k-NN on it."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.cluster import CLUSTER_HELP, cluster_if_named
from gmn_core.cli.publish import add_run_arguments, finish_run
from gmn_core.cli.usage import Commands, UsageError, require_folder


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser(
        "cnn-pretrained",
        help="the pretrained network, its head and its k-NN (a few minutes)",
        description=(
            "Needs the checkpoints of the musicnn package 0.1.0: "
            "pip install --no-deps --target DIR musicnn==0.1.0, then --checkpoints DIR/musicnn."
        ),
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="GTZAN in any form")
    parser.add_argument(
        "--checkpoints",
        type=Path,
        metavar="DIR",
        help="folder that holds MSD_musicnn/ (default: the installed musicnn package's)",
    )
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help=f"who reads clips that come as audio: {CLUSTER_HELP}"
    )
    add_run_arguments(parser, "cnn-pretrained")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Convert, choose, fit, and print what came of it."""
    from gmn_core.classification.pretrained.musicnn import find_checkpoints
    from gmn_core.classification.pretrained.training import train
    from gmn_core.models.training_run import TrainingRunError

    require_folder(arguments.data)
    checkpoints = arguments.checkpoints or find_checkpoints()
    if checkpoints is None:
        raise UsageError("The musicnn package is not installed; name its checkpoints with --checkpoints.")
    with cluster_if_named(arguments.cluster) as workers:
        try:
            cards = train(arguments.data, checkpoints, arguments.run_dir, workers=workers)
        except (FileNotFoundError, TrainingRunError) as error:
            raise UsageError(str(error)) from error
    for card in cards:
        for data, figures in card.figures.items():
            if "accuracy" in figures:
                print(f"{card.name}, {data}: accuracy {figures['accuracy']['value']:.3f}")
    finish_run(arguments)
    return 0
