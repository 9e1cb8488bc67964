"""Work for the workers of the tests: short, long, endless, deadly."""

from __future__ import annotations

import os
import signal
import time

import numpy as np

from pages.workers.worker import Report


def where(report: Report) -> int:
    return os.getpid()


def count_to(report: Report, n: int) -> int:
    for step in range(n):
        report(step / n)
        time.sleep(0.1)
    return n


def hang(report: Report) -> None:
    while True:
        time.sleep(60)


def die(report: Report) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def swell(report: Report) -> float:
    return float(sum(part.size for part in [np.zeros(2**27) for _ in range(4)]))


def refuse(report: Report) -> None:
    raise ValueError("no such genre")


def niceness(report: Report) -> int:
    return os.nice(0)
