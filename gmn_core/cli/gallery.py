"""``gallery``: a page of samples of each genre, first seeds, none left out."""

from __future__ import annotations

import argparse
from pathlib import Path

from gmn_core.cli.formats import parse_genre
from gmn_core.cli.usage import Commands, UsageError, progress
from gmn_core.genres import GENRES

_MOST = 100  # samples of a genre


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "gallery", help="a page with samples of each genre to hear and look at, which works offline"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder for the page")
    parser.add_argument(
        "--genre",
        type=parse_genre,
        action="append",
        help=f"{', '.join(GENRES)}; may be repeated",
    )
    parser.add_argument("--count", type=int, default=10, help="samples of each genre (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of each (default: 30)")
    parser.add_argument("--seed", type=int, default=0, help="first seed (default: %(default)s)")
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", help="a trained generator (default: the one that ships)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the samples, then the page."""
    from gmn_core.generation.gallery import hang, write_page
    from gmn_core.generation.playing.model import NAME, load_model
    from gmn_core.generation.request import GenerationError, GenerationRequest
    from gmn_core.generation.samples import generate_sample
    from gmn_core.models.card import model_dir

    if not 1 <= arguments.count <= _MOST:
        raise UsageError(f"The count must be from 1 to {_MOST}, not {arguments.count}.")
    try:
        model = load_model(arguments.model or model_dir(NAME))
        genres = arguments.genre or [genre for genre in GENRES if genre in model.sheets]
        requests = [
            GenerationRequest(genre, arguments.seconds, seed=arguments.seed + index)
            for genre in genres
            for index in range(arguments.count)
        ]
        exhibits = [
            hang(generate_sample(request, model=arguments.model), model.shapes, arguments.out)
            for request in progress(requests, unit="samples", total=len(requests))
        ]
    except GenerationError as error:
        raise UsageError(str(error)) from error
    print(write_page(exhibits, arguments.out))
    return 0
