"""``train cnn``: the network trained on GTZAN alone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from gmn_core.cli.cluster import CLUSTER_HELP, cluster_if_named
from gmn_core.cli.publish import add_run_arguments, finish_run
from gmn_core.cli.usage import Commands, UsageError, require_folder


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("cnn", help="the network trained on GTZAN alone (about three minutes)")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="GTZAN in any form")
    parser.add_argument(
        "--epochs", type=int, metavar="N", help="epochs of each training (default: as the shipped network)"
    )
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="processor cores (default: 2)")
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help=f"who reads clips that come as audio: {CLUSTER_HELP}"
    )
    add_run_arguments(parser, "cnn")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and print what came of it."""
    require_folder(arguments.data)
    if arguments.epochs is not None and arguments.epochs < 1:
        raise UsageError("A network needs at least 1 epoch.")
    from gmn_core.classification.gtzan_cnn.fitting import CnnSettings, limit_threads
    from gmn_core.classification.gtzan_cnn.training import train
    from gmn_core.models.training_run import TrainingRunError

    settings = CnnSettings(epochs=arguments.epochs) if arguments.epochs else CnnSettings()
    n_epochs = 2 * settings.epochs * settings.members
    bar = tqdm(total=n_epochs, unit=" epochs", disable=not sys.stderr.isatty(), leave=False)
    with cluster_if_named(arguments.cluster) as workers, bar:
        limit_threads(arguments.threads)
        try:
            card = train(arguments.data, arguments.run_dir, settings, bar.update, workers)
        except TrainingRunError as error:
            raise UsageError(str(error)) from error
    for data, figures in card.figures.items():
        print(f"{card.name}, {data}: accuracy {figures['accuracy']['value']:.3f}")
    finish_run(arguments)
    return 0
