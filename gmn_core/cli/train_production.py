"""``train production``: fit how each genre is mixed to what its records sound like."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.midi_corpus import add_corpus_arguments, read_corpus
from gmn_core.cli.usage import Commands, UsageError


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser("production", help="how each genre is mixed (about half an hour)")
    add_corpus_arguments(parser)
    parser.add_argument("--gtzan", type=Path, required=True, metavar="DIR", help="GTZAN's stored forms")
    parser.add_argument("--genre", action="append", dest="genres", metavar="GENRE", help="only these")
    parser.add_argument("--pieces", type=int, default=4, help="training pieces of each genre")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each piece")
    parser.add_argument("--rounds", type=int, default=6, help="of the evolution strategy")
    parser.add_argument("--candidates", type=int, default=8, help="mixes tried in each round")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", type=Path, default=Path("runs/production"), dest="run_dir", metavar="DIR")
    parser.add_argument("--start", type=Path, metavar="DIR", help="profiles to start from (default: shipped)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="gets the profiles (default: shipped)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fit, compare on other pieces, and write what is no worse there, with a card."""
    from gmn_core.cli.formats import parse_genre
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.sound.fitting import FitSettings
    from gmn_core.generation.sound.profile import MODEL, profile_path
    from gmn_core.generation.sound.publishing import fit_genre, write_production_card
    from gmn_core.genres import GENRES
    from gmn_core.models.card import model_dir

    settings = FitSettings(
        pieces=arguments.pieces,
        seconds=arguments.seconds,
        rounds=arguments.rounds,
        candidates=arguments.candidates,
        seed=arguments.seed,
    )
    out = arguments.out or model_dir(MODEL)
    try:
        genres = [parse_genre(name) for name in arguments.genres] if arguments.genres else list(GENRES)
        splits = read_corpus(arguments)
        for genre in genres:
            start = profile_path(genre, arguments.start)
            outcome = fit_genre(genre, start, splits, arguments.gtzan, settings, arguments.run_dir, print)
            out.mkdir(parents=True, exist_ok=True)
            profile_path(genre, out).write_text(outcome.profile.to_json(), encoding="utf-8")
            print(f"{genre}: {outcome.sentence}", flush=True)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"{error}.") from error
    except (GenerationError, OSError, ValueError) as error:
        raise UsageError(str(error)) from error
    write_production_card(out, arguments.run_dir, arguments.gtzan, settings)
    return 0
