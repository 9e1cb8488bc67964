"""Arguments of the commands that write sound: formats and genres."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from gmn_core.genres import GENRES, Genre


def add_format(parser: argparse.ArgumentParser, *choices: str) -> None:
    """Declare ``--format``: one or several of ``choices``, all by default."""
    parser.add_argument(
        "--format",
        dest="formats",
        type=lambda text: parse_formats(text, choices),
        default=tuple(choices),
        metavar=",".join(choices),
        help="what to write (default: all)",
    )


def parse_formats(text: str, choices: Sequence[str]) -> tuple[str, ...]:
    """Return the formats named in ``text``, in the order of ``choices``."""
    named = {name.strip() for name in text.lower().split(",")}
    if unknown := sorted(named - set(choices)):
        raise argparse.ArgumentTypeError(f"'{unknown[0]}' is none of {', '.join(choices)}")
    return tuple(choice for choice in choices if choice in named)


def parse_genre(text: str) -> Genre:
    """Return the genre named in ``text``."""
    try:
        return Genre(text.strip().lower())
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is none of {', '.join(GENRES)}") from None
