"""``plan``: how many listeners a study needs to show that its genres are heard."""

from __future__ import annotations

import argparse

from survey_db.cli.usage import Commands, share, whole_number


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "plan",
        help="say how many listeners a study needs",
        description="Simulate a planned study with the tests that its results will use.",
    )
    parser.add_argument(
        "--right", type=share, required=True, metavar="SHARE", help="expected share right, e.g. 0.3 or 30%%"
    )
    parser.add_argument(
        "--samples", type=whole_number, default=6, metavar="N", help="samples per listener (6)"
    )
    parser.add_argument("--genres", type=whole_number, default=10, metavar="N", help="genres offered (10)")
    parser.add_argument("--level", type=share, default=0.05, help="level of the tests (0.05)")
    parser.add_argument("--power", type=share, default=0.8, help="probability of showing it (0.8)")
    parser.add_argument(
        "--listeners", type=whole_number, metavar="N", help="give the power with so many listeners instead"
    )
    parser.set_defaults(run_alone=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the numbers of listeners, or the power, in words."""
    from survey_db.statistics.planning import (
        PlannedStudy,
        needed_sentences,
        power_sentence,
        supposed_sentence,
    )

    study = PlannedStudy(arguments.right, arguments.samples, arguments.genres, arguments.level)
    print(supposed_sentence(study))
    if arguments.listeners:
        print(power_sentence(study, arguments.listeners))
    else:
        print(*needed_sentences(study, arguments.power), sep="\n")
    return 0
