"""The page on capacity, from what was measured."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
KEPT = FOLDER / "kept.json"
SOAK = FOLDER / "soak.json"
PAGE = FOLDER.parents[1] / "docs" / "capacity.md"
BENCHMARKS = FOLDER.parent / "kept.json"

TARGET = 0.3
"""Seconds within which 95 of 100 answers are to be there."""

CLICKS_PER_CLIP, SECONDS_PER_CLIP, CLIPS, MINUTES_AROUND = 4, 45, 6, 2
"""What a listener is taken to do: 30 s to hear and 15 to answer, six times, and two minutes around it."""

_BUSY = 3  # processes per processor; what is played here makes less
_NO_SOAK = "`make soak` measures it."

A_DAY, BUSIEST_HOUR = 10_000, 0.15
MANY_CLIPS = 1_000_000


def machine() -> str:
    """Say what was measured on, and when."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in _lines(Path("/proc/cpuinfo"))
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    date = datetime.now(UTC).date().isoformat()
    return f"{model}, {os.cpu_count()} processors, Python {platform.python_version()}, {date}"


def write_page() -> None:
    """Write the page of what is kept."""
    PAGE.write_text(page(json.loads(KEPT.read_text(encoding="utf-8"))), encoding="utf-8")


def page(found: Mapping[str, Any]) -> str:
    """Return the page of a run."""
    loads = found["app"]
    carried = [load for load in loads if load["p95"] <= TARGET and not load["n_lost"]]
    best = max(carried or loads[:1], key=lambda load: load["runs_per_second"])
    per_listener = CLICKS_PER_CLIP / SECONDS_PER_CLIP
    one_server = math.floor(best["runs_per_second"] / per_listener)
    minutes = CLIPS * SECONDS_PER_CLIP / 60 + MINUTES_AROUND
    at_once = math.ceil(A_DAY * BUSIEST_HOUR * minutes / 60)
    n_servers = math.ceil(at_once / max(one_server, 1))
    per_second = A_DAY * BUSIEST_HOUR * CLIPS / 3600
    flat_out = {
        name.partition(",")[0]: load["per_second"]
        for name, load in found["store"].items()
        if "no rests" in name
    }
    return (
        (FOLDER / "page.md")
        .read_text(encoding="utf-8")
        .format(
            machine=found["machine"],
            store_rows="\n".join(_row(name, load) for name, load in found["store"].items()),
            app_rows="\n".join(_app_row(load) for load in loads),
            beside_rows="\n".join(_beside_row(name, load) for name, load in found["beside"].items()),
            beside_sessions=found["beside"]["alone"]["n_listeners"],
            composers=found["composers"],
            piece_seconds=found["piece_seconds"],
            others=found["others"],
            pace=found["pace"],
            pause=found["pause"],
            target=round(TARGET * 1000),
            clicks=CLICKS_PER_CLIP,
            seconds_per_clip=SECONDS_PER_CLIP,
            runs=best["runs_per_second"],
            per_listener=per_listener,
            one_server=one_server,
            verdict=(
                "the largest load above that was within the target"
                if carried
                else "no load above was within the target; this is the smallest one"
            ),
            memory=round(best["memory_mb"]),
            a_day=A_DAY,
            busiest=BUSIEST_HOUR,
            clips=CLIPS,
            minutes=minutes,
            at_once=at_once,
            servers=f"{n_servers} server{'s' if n_servers > 1 else ''}",
            answers=per_second,
            databases="; ".join(
                f"{name} took {rate:.0f} a second without rests, {rate / per_second:.0f} times that"
                for name, rate in flat_out.items()
            ),
            library=_library(),
            soak=soak_in_words(json.loads(SOAK.read_text(encoding="utf-8"))) if SOAK.exists() else _NO_SOAK,
        )
    )


def _row(name: str, load: Mapping[str, float]) -> str:
    return (
        f"| {name} | {load['n_listeners']} | {load['n_answers']} | {load['per_second']:.0f} "
        f"| {1000 * load['p50']:.0f} | {1000 * load['p95']:.0f} | {1000 * load['p99']:.0f} "
        f"| {load['n_errors']} | {load['n_lost']} |"
    )


def _app_row(load: Mapping[str, float]) -> str:
    return (
        f"| {load['n_listeners']} | {load['runs_per_second']:.0f} | {load['n_answers']} "
        f"| {1000 * load['p50']:.0f} | {1000 * load['p95']:.0f} | {1000 * load['p99']:.0f} "
        f"| {load['n_errors']} | {load['n_lost']} | {load['n_generated']} | {load['n_classified']} "
        f"| {load['processor']:.0%} | {load['memory_mb']:.0f} MB |"
    )


def _beside_row(name: str, load: Mapping[str, float]) -> str:
    return (
        f"| {name} | {load['n_answers']} "
        f"| {1000 * load['p50']:.0f} | {1000 * load['p95']:.0f} | {1000 * load['p99']:.0f} "
        f"| {load['n_errors']} | {load['n_lost']} | {load['n_generated']} "
        f"| {load['processor']:.0%} | {load['player']:.0%} |"
    )


def soak_in_words(found: Mapping[str, Any]) -> str:
    """Return the paragraph on a long run of mixed use."""
    load, web, workers = found["load"], found["web"], found["workers"]
    return (
        f"`make soak` ({found['machine']}) had {load['n_listeners']} listeners take part for "
        f"{found['minutes']:.0f} minutes, one study after the other: {load['n_answers']} answers "
        f"({1000 * load['p50']:.0f} ms p50, {1000 * load['p95']:.0f} ms p95), {load['n_errors']} errors, "
        f"{load['n_lost']} lost. Meanwhile one visitor after the other had a piece of 30 s generated, "
        f"{load['n_generated']} in all, and a recording classified, {load['n_classified']} in all.\n\n"
        "| memory, MB | after a quarter | half | three quarters | all of the time |\n|---|---|---|---|---|\n"
        f"| web process | {' | '.join(f'{each:.0f}' for each in web)} |\n"
        f"| its workers together | {' | '.join(f'{each:.0f}' for each in workers)} |\n\n"
        f"The second half added {found['growth']:+.1%} to the web process, "
        f"whose peak was {found['peak']:.0f} MB." + _how_busy(found)
    )


def _how_busy(found: Mapping[str, Any]) -> str:
    """Say so where most of the machine was doing something else."""
    if found["busy"] <= _BUSY * found["processors"]:
        return ""
    return (
        " Other work kept the machine busy meanwhile "
        f"({found['busy']:.0f} processes for {found['processors']} processors): the times and the errors "
        "tell of that, the memory does not."
    )


def _library() -> str:
    """Return what the last run of `make bench` says of a million clips."""
    results = json.loads(BENCHMARKS.read_text(encoding="utf-8"))["results"].values()
    lines = []
    for found in results:
        if "rate" in found and "2 processes" in found["work"]:
            hours = MANY_CLIPS / found["rate"] / 3600
            what = found["work"].removeprefix("a folder, ").removesuffix(", once they are warm")
            lines.append(f"| {what} | {found['rate']:.1f} | {hours:.0f} | {math.ceil(2 * hours / 24)} |")
    return "\n".join(lines)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
