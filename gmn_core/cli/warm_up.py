"""``warm-up``: compile the audio routines, so that no visitor has to wait."""

from __future__ import annotations

import argparse

from gmn_core.cli.usage import Commands


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("warm-up", help="compile the audio routines once, after installing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compile, silently."""
    from gmn_core.warm_up import warm_up

    warm_up()
    return 0
