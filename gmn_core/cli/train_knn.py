"""``train knn``: choose and fit the k-NN on the 57 descriptors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from gmn_core.cli.publish import add_run_arguments, finish_run
from gmn_core.cli.usage import Commands, UsageError


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("knn", help="the k-NN on 57 descriptors (about half a minute)")
    parser.add_argument(
        "--descriptors",
        type=Path,
        required=True,
        metavar="CSV",
        help="table like the published features_30_sec.csv",
    )
    add_run_arguments(parser, "knn")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and print what was chosen."""
    from gmn_core.classification.descriptor_knn.training import CANDIDATES, train
    from gmn_core.models.training_run import TrainingRunError

    if not arguments.descriptors.is_file():
        raise UsageError(f"There is no file {arguments.descriptors}.")
    with tqdm(total=len(CANDIDATES), unit=" settings", disable=not sys.stderr.isatty(), leave=False) as bar:
        try:
            card = train(arguments.descriptors, arguments.run_dir, bar.update)
        except TrainingRunError as error:
            raise UsageError(str(error)) from error
    print(f"k = {card.choices['k']}, {card.choices['metric']}, {card.choices['weights']} votes")
    for data, figures in card.figures.items():
        print(f"{data}: accuracy {figures['accuracy']:.3f}")
    finish_run(arguments)
    return 0
