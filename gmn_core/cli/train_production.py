"""``train production``: fit how each genre is mixed to what its records sound like."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.publish import add_run_arguments, finish_run
from gmn_core.cli.usage import Commands, UsageError


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("production", help="how each genre is mixed (about an hour)")
    add_corpus_arguments(parser)
    parser.add_argument("--gtzan", type=Path, required=True, metavar="DIR", help="GTZAN's stored forms")
    parser.add_argument("--genre", action="append", dest="genres", metavar="GENRE", help="only these")
    parser.add_argument("--pieces", type=int, default=6, help="training pieces of each genre")
    parser.add_argument("--seconds", type=float, default=9.0, help="of each piece")
    parser.add_argument("--rounds", type=int, default=12, help="of the evolution strategy")
    parser.add_argument("--candidates", type=int, default=10, help="mixes tried in each round")
    parser.add_argument("--seed", type=int, default=0)
    add_run_arguments(parser, "production")
    parser.add_argument("--start", type=Path, metavar="DIR", help="profiles to start from (default: shipped)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fit, compare on other pieces, and write what is no worse there into the run's folder, with a card."""
    from gmn_core.cli.formats import parse_genre
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.sound.fitting import FitSettings
    from gmn_core.generation.sound.publishing import fit_production
    from gmn_core.genres import GENRES

    settings = FitSettings(
        pieces=arguments.pieces,
        seconds=arguments.seconds,
        rounds=arguments.rounds,
        candidates=arguments.candidates,
        seed=arguments.seed,
    )
    try:
        genres = [parse_genre(name) for name in arguments.genres] if arguments.genres else list(GENRES)
        splits = read_corpus(arguments)
        fit_production(
            genres, arguments.start, splits, arguments.gtzan, settings, arguments.run_dir, _print_now
        )
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"{error}.") from error
    except (GenerationError, OSError, ValueError) as error:
        raise UsageError(str(error)) from error
    finish_run(arguments)
    return 0


def _print_now(line: str) -> None:
    print(line, flush=True)
