"""``train knn``: choose and fit the k-NN on the 57 descriptors."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from gmn_core.cli.usage import Commands, UsageError


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("knn", help="the k-NN on 57 descriptors (about half a minute)")
    parser.add_argument(
        "--descriptors",
        type=Path,
        required=True,
        metavar="CSV",
        help="table in the form of the published features_30_sec.csv",
    )
    parser.add_argument("--out", type=Path, help="folder for the model (default: the shipped model's)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and print what was chosen."""
    from gmn_core.classification.descriptor_knn.training import CANDIDATES, train

    if not arguments.descriptors.is_file():
        raise UsageError(f"There is no file {arguments.descriptors}.")
    with tqdm(total=len(CANDIDATES), unit=" settings", disable=not sys.stderr.isatty(), leave=False) as bar:
        card = train(arguments.descriptors, arguments.out, bar.update)
    print(f"k = {card.choices['k']}, {card.choices['metric']}, {card.choices['weights']} votes")
    for data, figures in card.figures.items():
        print(f"{data}: accuracy {figures['accuracy']:.3f}")
    return 0
