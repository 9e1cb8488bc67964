"""``train tuning``: hold the trained generator's pieces against real ones, and keep it nearer to them."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.publish import add_run_arguments, finish_run
from gmn_core.cli.usage import Commands, UsageError, progress


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser(
        "tuning", help="what keeps a trained generator near real pieces (a quarter of an hour)"
    )
    add_corpus_arguments(parser)
    add_run_arguments(parser, "tuning")
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="trained generator to tune (default: the one that ships)"
    )
    parser.add_argument(
        "--samples",
        type=int,
        default=15,
        metavar="N",
        help="pieces of each genre drawn in each of five rounds (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=500_000, help="seed of the first piece")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Tune, and write the generator with its tuning into the run's folder."""
    from gmn_core.corpora.midi import Split
    from gmn_core.generation.playing.model import NAME, read_model
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.training.card import write_tuned
    from gmn_core.generation.training.dataset import load_dataset
    from gmn_core.generation.training.tuning import TuningSettings, tune
    from gmn_core.models.card import model_dir
    from gmn_core.models.training_run import TrainingRunError, open_run, run_model_dir

    if arguments.samples < 1:
        raise UsageError("At least one piece of each genre must be drawn.")
    source = arguments.model or model_dir(NAME)
    settings = TuningSettings(samples=arguments.samples, seed=arguments.seed)
    try:
        model = read_model(source)
        splits = read_corpus(arguments)
        if not splits[Split.VALID]:
            raise UsageError("The corpus is too small: no file is left for validation.")
        dataset = load_dataset(splits, arguments.cache, model.shapes)
        facts = {"model": "tuning", "corpus": dataset.fingerprint(), "settings": str(settings)}
        open_run(arguments.run_dir, facts, resume=False)
        tuning, report = tune(model, dataset, settings, progress)
    except (GenerationError, TrainingRunError) as error:
        raise UsageError(str(error)) from error
    write_tuned(source, run_model_dir(arguments.run_dir, NAME), tuning, report)
    auc = report["critic's AUC"]
    print(f"critic: AUC {auc:.3f} on validation passages and pieces drawn anew")
    finish_run(arguments)
    return 0
