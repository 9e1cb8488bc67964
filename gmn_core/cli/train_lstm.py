"""``train lstm``: train the generator on a folder of MIDI files."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.usage import Commands, UsageError


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("lstm", help="the generator (two to three hours)")
    add_corpus_arguments(parser)
    parser.add_argument(
        "--run",
        type=Path,
        default=Path("runs/lstm"),
        dest="run_dir",
        metavar="DIR",
        help="keeps checkpoint, best weights and history",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="gets the generator (default: the shipped one)"
    )
    parser.add_argument(
        "--start",
        type=Path,
        metavar="DIR",
        help="generator whose weights and chord shapes to start from (default: random weights)",
    )
    parser.add_argument("--updates", type=int, default=5200, help="weight updates, over all sittings")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--minutes", type=float, default=math.inf, help="length of this sitting")
    parser.add_argument(
        "--resume",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="go on from the checkpoint, where there is one",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and write the generator with its card."""
    from gmn_core.corpora.midi import Split
    from gmn_core.generation.playing.model import WEIGHTS_FILE, read_model, read_weights
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.training.card import write_training_card
    from gmn_core.generation.training.dataset import load_dataset
    from gmn_core.generation.training.fitting import Trainer, TrainingSettings
    from gmn_core.generation.training.publishing import publish
    from gmn_core.generation.training.typicality import piece_typicality
    from gmn_core.models.card import file_sha256, model_dir

    splits = read_corpus(arguments)
    for split in Split:
        if not splits[split]:
            raise UsageError(f"The corpus is too small: no piece is left to {split}.")
    settings = TrainingSettings(updates=arguments.updates, rate=arguments.rate, seed=arguments.seed)
    try:
        shapes = read_model(arguments.start).shapes if arguments.start else None
        start = read_weights(arguments.start) if arguments.start else None
        dataset = load_dataset(splits, arguments.cache, shapes)
        trainer = Trainer(dataset, arguments.run_dir, settings, start=start)
        weights = trainer.run(resume=arguments.resume, minutes=arguments.minutes)
    except GenerationError as error:
        raise UsageError(str(error)) from error
    start_sha256 = file_sha256(arguments.start / WEIGHTS_FILE) if arguments.start else None
    folder = arguments.out or model_dir("lstm")
    publish(folder, weights, dataset, piece_typicality(splits[Split.TRAIN]))
    command = (
        f"python -m gmn_core train lstm --midi DIR{' --start DIR' if start else ''}"
        f" --updates {settings.updates} --rate {settings.rate} --seed {settings.seed}"
    )
    write_training_card(folder, splits, settings, trainer, start_sha256, command)
    print(f"best validation: {trainer.best:.3f} nats a step; generator written to {folder}")
    return 0
