"""``python -m tests.fuzz [TARGET ...] --count N --first SEED``."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from tests.fuzz import SERVED, TARGETS
from tests.fuzz.runner import Report, run

ALL = (*TARGETS, *SERVED)


def main() -> int:
    """Fuzz the targets one after the other; the exit status is 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(ALL)}; default: all")
    parser.add_argument("--count", type=int, default=100_000, help="inputs of each target (default: 100,000)")
    parser.add_argument(
        "--first", type=int, default=0, help="seed of the first; a single one repeats a finding"
    )
    arguments = parser.parse_args()
    found = False
    for target in arguments.targets or ALL:
        if target in SERVED:
            report = import_module(f"tests.fuzz.{target}").run(arguments.first, arguments.count)
        else:
            report = run(f"tests.fuzz.{target}", arguments.first, arguments.count, show=_show)
        _show(target, report, "\n")
        for finding in report.findings:
            print(f"  seed {finding.seed}: {finding.fault}")
        found = found or bool(report.findings)
    return 1 if found else 0


def _show(target: str, report: Report, end: str = "\r") -> None:
    outcomes = ", ".join(f"{n:,} {outcome}" for outcome, n in sorted(report.outcomes.items()))
    print(
        f"{target}: {sum(report.outcomes.values()):,} inputs ({outcomes}), {len(report.findings)} findings, "
        f"longest {report.longest:.1f} s (seed {report.longest_seed}), "
        f"most memory {report.most_memory / 2**20:.0f} MB (seed {report.most_memory_seed})",
        end=end,
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
