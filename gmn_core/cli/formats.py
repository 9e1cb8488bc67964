"""Arguments of the commands that write sound: formats and genres."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from gmn_core.genres import GENRES, Genre


def add_format(parser: argparse.ArgumentParser, *choices: str, more: Sequence[str] = ()) -> None:
    """Declare ``--format``: one or several of ``choices`` and of ``more``; by default all of the first."""
    offered = (*choices, *more)
    parser.add_argument(
        "--format",
        dest="formats",
        type=lambda text: parse_formats(text, offered),
        default=tuple(choices),
        metavar=",".join(offered),
        help=f"what to write (default: {','.join(choices) if more else 'all'})",
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
