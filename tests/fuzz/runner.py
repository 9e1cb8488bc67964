"""Feeding a target in a process of its own, so that a crash or a hang is one finding of many."""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

START = 120.0  # seconds in which the process must have loaded its target


@dataclass(frozen=True)
class Limits:
    """What one input may take.

    Parameters
    ----------
    cpu_seconds : float
        Time of the processor; beyond it the input hangs.
    wall_seconds : float
        Time of the clock, on a machine with other work to do; for what waits without working.
    memory : int
        Bytes that the process may grow by.
    """

    cpu_seconds: float = 10.0
    wall_seconds: float = 120.0
    memory: int = 2**30


@dataclass(frozen=True)
class Finding:
    """An input that is not answered as it should be."""

    seed: int
    fault: str


@dataclass
class Report:
    """What came of the inputs."""

    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    longest: float = 0.0
    longest_seed: int = 0
    most_memory: int = 0
    most_memory_seed: int = 0

    def add(self, seed: int, outcome: str, seconds: float, memory: int, limits: Limits) -> None:
        """Count one input."""
        fault = outcome if outcome.startswith("fault") else ""
        if memory > limits.memory:
            fault = f"took {memory / 2**20:.0f} MB"
        self.outcomes["at fault" if fault else outcome] += 1
        if fault:
            self.findings.append(Finding(seed, fault))
        if seconds > self.longest:
            self.longest, self.longest_seed = seconds, seed
        if memory > self.most_memory:
            self.most_memory, self.most_memory_seed = memory, seed


def run(
    module: str,
    first: int,
    count: int,
    limits: Limits | None = None,
    show: Callable[[str, Report], None] | None = None,
) -> Report:
    """Feed a target with the inputs of ``count`` seeds.

    Parameters
    ----------
    module : str
        Full name of the target's module.
    first, count : int
        The seeds.
    limits : Limits, optional
        What one input may take.
    show : callable, optional
        Told the target's name and how far it has come, about once in a second.
    """
    limits, report = limits or Limits(), Report()
    seed, shown = first, 0.0
    while seed < first + count:
        parent, child = multiprocessing.Pipe()
        # Not forked: the process must not inherit the threads, and the memory, of this one.
        process = multiprocessing.get_context("spawn").Process(
            target=_feed, args=(module, seed, first + count, limits, child), daemon=True
        )
        process.start()
        child.close()
        patience = START
        while seed < first + count:
            if not parent.poll(patience):
                process.kill()
                break
            try:
                outcome, seconds, memory = parent.recv()
            except EOFError:
                break
            patience = limits.wall_seconds
            if outcome is None:  # the target is loaded
                continue
            report.add(seed, outcome, seconds, memory, limits)
            seed += 1
            if show is not None and time.monotonic() - shown > 1:
                show(module.rsplit(".", 1)[1], report)
                shown = time.monotonic()
        parent.close()
        process.join()
        if seed < first + count:
            report.add(seed, f"fault: {_end(process.exitcode)}", 0.0, 0, limits)
            seed += 1
    return report


def _end(status: int | None) -> str:
    if status == -signal.SIGPROF:
        return "it took too much time"
    if status == -signal.SIGKILL:
        return "it did not come back, or took all memory"
    return f"the process ended with status {status}"


def _feed(module: str, first: int, end: int, limits: Limits, pipe: Connection) -> None:
    target = importlib.import_module(module)
    pipe.send((None, 0.0, 0))
    for seed in range(first, end):
        data = target.make(np.random.default_rng(seed))
        before, began = _forget_peak(), time.process_time()
        signal.setitimer(
            signal.ITIMER_PROF, limits.cpu_seconds
        )  # its signal ends the process, native code too
        try:
            outcome = target.consume(data)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            outcome = f"fault: {error!r:.200} in {Path(place.filename).name}:{place.lineno}"
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send((outcome, time.process_time() - began, max(0, _peak() - before)))


def _peak() -> int:
    """Return the most memory that this process has held, in bytes; 0 where Linux does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _forget_peak() -> int:
    """Let the peak begin from what is held now, and return it."""
    references = Path("/proc/self/clear_refs")
    if references.exists():
        references.write_text("5")
    return _peak()
