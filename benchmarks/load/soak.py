"""Half an hour of mixed use, and whether the memory stays: python -m benchmarks.load.soak, as `make soak`."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.load.at_app import Others, app_load
from benchmarks.load.page import SOAK, machine, write_page
from tests.attack.visitor import Server, running_server
from tests.browser.listener import SLUG, make_store

MINUTES = 30.0
N_LISTENERS, PACE = 10, 4.0
OTHERS = Others(composing=1, classifying=1, rest=5.0)
_LOOKS = 120
_MARKS = (0.25, 0.5, 0.75, 1.0)
"""Shares of the time at which the page tells the memory; the first is after the warm-up."""


@dataclass
class Watch:
    """The memory of a server, looked at now and then, in MB.

    Parameters
    ----------
    web : list of float
        Of the web process.
    workers : list of float
        Of the processes that it has started, together.
    busy : list of float
        How many processes of the whole machine wanted a processor, on average over a minute.
    """

    web: list[float] = field(default_factory=list)
    workers: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def look(self, server: Server) -> None:
        """Note what the processes take now."""
        process = psutil.Process(server.process.pid)
        self.web.append(_memory(process))
        self.workers.append(sum(map(_memory, process.children(recursive=True))))
        self.busy.append(psutil.getloadavg()[0])

    def marks(self) -> dict[str, Any]:
        """Return the memory at each of the marks, a median of the tenth before it, and the growth at last."""
        found = {
            name: [round(_before(looks, share), 1) for share in _MARKS]
            for name, looks in (("web", self.web), ("workers", self.workers))
        }
        half, end = found["web"][1], found["web"][-1]
        return {
            **found,
            "peak": round(max(self.web), 1),
            "growth": end / half - 1,
            "busy": round(statistics.median(self.busy or [0.0]), 1),
            "processors": psutil.cpu_count(),
        }


def _before(looks: Sequence[float], share: float) -> float:
    """Return the median of the tenth of all looks that ends with a share of them."""
    end = max(1, round(share * len(looks)))
    return statistics.median(looks[max(0, end - max(1, len(looks) // 10)) : end])


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss / 2**20)
    except psutil.NoSuchProcess:  # a worker that has just been replaced
        return 0.0


def soak(folder: Path, minutes: float) -> dict[str, Any]:
    """Have listeners, a composer and someone who classifies use one server, and watch it."""
    store = make_store(folder, practice=False, volume_check=False)
    watch, over = Watch(), threading.Event()
    with running_server(
        store, folder / "log", "--server.disconnectedSessionTTL", "5", GMN_STARTS_PER_HOUR="100000"
    ) as server:

        def look_now_and_then() -> None:
            while not over.wait(60 * minutes / _LOOKS):
                watch.look(server)

        watcher = threading.Thread(target=look_now_and_then)
        watcher.start()
        try:
            load = app_load(server, store, SLUG, N_LISTENERS, PACE, 60 * minutes, OTHERS)
        finally:
            over.set()
            watcher.join()
    store.engine.dispose()
    return {"machine": machine(), "minutes": minutes, "load": load.plain(), **watch.marks()}


def main(words: Sequence[str] | None = None) -> int:
    """Measure, and write the page on capacity anew."""
    parser = argparse.ArgumentParser("python -m benchmarks.load.soak")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long (%(default)s)")
    parser.add_argument("--out", type=Path, default=SOAK, help="where the figures go (%(default)s)")
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        found = soak(Path(folder), arguments.minutes)
    arguments.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found))
    if arguments.out == SOAK:
        write_page()
    return 1 if found["load"]["n_errors"] or found["load"]["n_lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
