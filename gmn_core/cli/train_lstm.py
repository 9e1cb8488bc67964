"""``train lstm``: train the generator on a folder of MIDI files."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.publish import add_run_arguments, finish_run
from gmn_core.cli.usage import Commands, UsageError

# Options that are named as the settings are, with their defaults; the dataclasses say more of each.
_TRAINING: dict[str, tuple[float, str]] = {
    "batch": (96, "windows in a batch"),
    "decay": (0.05, "weight decay"),
    "average": (0.999, "momentum of the moving average of the weights; 0 keeps the weights themselves"),
    "small-bands": (0.4, "share of windows in which some players are left out"),
}
_NETWORK: dict[str, tuple[float, str]] = {
    "hidden": (384, "cells of each LSTM layer; with --start as many as there are"),
    "dropout": (0.4, "share of the LSTM's outputs dropped"),
}


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser(
        "lstm", help="the generator (ten minutes on a GPU, half a day on two processors)"
    )
    add_corpus_arguments(parser)
    add_run_arguments(parser, "lstm")
    parser.add_argument(
        "--start",
        type=_generator,
        metavar="DIR",
        help="generator whose weights and chord shapes to start from; `shipped` is the one that ships "
        "(default: random weights)",
    )
    parser.add_argument(
        "--updates",
        type=int,
        default=8000,
        help="number of weight updates, over all sittings (default: %(default)s)",
    )
    parser.add_argument(
        "--rate", type=float, default=3e-3, help="highest learning rate (default: %(default)s)"
    )
    for option, (default, text) in {**_TRAINING, **_NETWORK}.items():
        parser.add_argument(
            f"--{option}", type=type(default), default=default, help=f"{text} (default: %(default)s)"
        )
    parser.add_argument(
        "--minutes",
        type=float,
        default=math.inf,
        help="stop after this time; the same command goes on (default: no limit)",
    )
    parser.add_argument(
        "--resume",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="go on from this training's checkpoint, where there is one (default: yes)",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and write the generator with its card into the run's folder."""
    from gmn_core.corpora.midi import Split
    from gmn_core.generation.playing.model import NAME, WEIGHTS_FILE, read_model, read_weights
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.training.card import write_training_card
    from gmn_core.generation.training.dataset import load_dataset
    from gmn_core.generation.training.export import export_generator
    from gmn_core.generation.training.fitting import Trainer, TrainingSettings
    from gmn_core.generation.training.harmonist import HarmonistSettings, train_harmonist
    from gmn_core.generation.training.network import NetworkSettings
    from gmn_core.generation.training.typicality import piece_typicality
    from gmn_core.models.card import file_sha256
    from gmn_core.models.training_run import TrainingRunError, run_model_dir

    if arguments.updates < 1:
        raise UsageError("A training needs at least 1 update.")
    splits = read_corpus(arguments)
    for split in (Split.TRAIN, Split.VALID):
        if not splits[split]:
            raise UsageError(
                f"The corpus is too small: no file is left for {split}; bring at least 3 of a genre."
            )
    settings = TrainingSettings(
        updates=arguments.updates, rate=arguments.rate, seed=arguments.seed, **_chosen(arguments, _TRAINING)
    )
    network = NetworkSettings(**_chosen(arguments, _NETWORK))
    try:
        shapes = read_model(arguments.start).shapes if arguments.start else None
        start = read_weights(arguments.start) if arguments.start else None
        dataset = load_dataset(splits, arguments.cache, shapes)
        network = network if start is None else network.sized_as(start)
        trainer = Trainer(dataset, arguments.run_dir, settings, network, start)
        weights = trainer.run(resume=arguments.resume, minutes=arguments.minutes)
        harmony = HarmonistSettings(seed=arguments.seed).at_most(trainer.done)
        chords, chord_figures = train_harmonist(dataset, harmony)
    except (GenerationError, TrainingRunError) as error:
        raise UsageError(str(error)) from error
    start_sha256 = file_sha256(arguments.start / WEIGHTS_FILE) if arguments.start else None
    folder = run_model_dir(arguments.run_dir, NAME)
    export_generator(folder, {**weights, **chords}, dataset, piece_typicality(splits[Split.TRAIN]))
    command = (
        f"python -m gmn_core train lstm --midi DIR{' --start DIR' if start else ''}"
        f" --updates {settings.updates} --rate {settings.rate} --seed {settings.seed}"
        f"{_options(arguments)}"
    )
    write_training_card(folder, splits, settings, trainer, start_sha256, command, (harmony, chord_figures))
    print(
        f"best validation: {trainer.best:.3f} nats per step, "
        f"{chord_figures['nats per half bar']:.3f} per half bar for its chord"
    )
    finish_run(arguments)
    return 0


def _chosen(arguments: argparse.Namespace, options: Iterable[str]) -> dict[str, Any]:
    """Return what was chosen for some options, by the names of the settings."""
    names = [option.replace("-", "_") for option in options]
    return {name: getattr(arguments, name) for name in names}


def _options(arguments: argparse.Namespace) -> str:
    """Return the words for the options that are not as usual."""
    usual = {**_TRAINING, **_NETWORK}
    chosen = zip(usual, _chosen(arguments, usual).values(), strict=True)
    return "".join(f" --{option} {value}" for option, value in chosen if value != usual[option][0])


def _generator(text: str) -> Path:
    """Return the folder of a generator; `shipped` names the one that ships."""
    from gmn_core.models.card import model_dir

    return model_dir("lstm") if text == "shipped" else Path(text)
