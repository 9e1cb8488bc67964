"""Figures of this server for Prometheus: what was done, what waits, what failed, and the memory it takes.

They are served on a port of their own, by default to this computer alone;
nothing in them tells of a person.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

import psutil
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pages.workers.turns import Turns

ADDRESS_NAME = "GMN_METRICS"
_ADDRESS = re.compile(r"(?:(?P<host>[\w.:\[\]-]+):)?(?P<port>\d{1,5})", re.ASCII)

_log = logging.getLogger(__name__)

FIGURES = CollectorRegistry()
"""All of them; not the library's own registry, in which a module that is loaded anew would meet itself."""

for standard in (ProcessCollector, PlatformCollector, GCCollector):
    standard(registry=FIGURES)

ANSWERS = Counter("gmn_answers", "Listeners' answers that were stored.", registry=FIGURES)
WORKS = Counter("gmn_works", "Pieces of work that workers did, by task.", ["task"], registry=FIGURES)
WORK_SECONDS = Histogram(
    "gmn_work_seconds",
    "Time that a visitor waited for a piece of work, in the queue and for the work itself.",
    ["task"],
    buckets=(0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 240),
    registry=FIGURES,
)
WORK_FAILURES = Counter(
    "gmn_work_failures",
    "Pieces of work that failed, by task and reason.",
    ["task", "reason"],
    registry=FIGURES,
)
PAGE_SECONDS = Histogram(
    "gmn_page_seconds",
    "Time that a run of a page took, by page.",
    ["page"],
    buckets=(0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30),
    registry=FIGURES,
)
VISITS = Gauge("gmn_visits", "Visits that are connected.", registry=FIGURES)
PAGE_FAILURES = Counter(
    "gmn_page_failures", "Runs of a page that ended in an error nobody expected.", registry=FIGURES
)


@contextmanager
def counting_work(task: str) -> Iterator[None]:
    """Count a piece of work that is done within, or its failure."""
    began = time.monotonic()
    try:
        yield
    except Exception as error:
        WORK_FAILURES.labels(task, type(error).__name__).inc()
        raise
    WORKS.labels(task).inc()
    WORK_SECONDS.labels(task).observe(time.monotonic() - began)


@contextmanager
def timing_page(page: str) -> Iterator[None]:
    """Note how long the run of a page within took, however it ends."""
    began = time.monotonic()
    try:
        yield
    finally:
        taken = time.monotonic() - began
        PAGE_SECONDS.labels(page).observe(taken)
        _log.info("page", extra={"fields": {"page": page, "ms": round(1000 * taken)}})


def counted(figure: Counter | Gauge) -> int:
    """Return what a counter or a gauge has come to, over all its labels."""
    samples = (sample for metric in figure.collect() for sample in metric.samples)
    return round(sum(sample.value for sample in samples if not sample.name.endswith("_created")))


def workers_memory() -> int:
    """Return the bytes that this server's workers and their helpers take."""
    total = 0
    for child in psutil.Process().children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.NoSuchProcess:  # it has ended meanwhile
            continue
    return total


class ServerState(Collector):
    """What is looked up when it is asked for: the queue, the workers' memory."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the figures of this moment."""
        for name, says, value in (
            ("gmn_works_running", "Pieces of work that workers are doing.", self._turns.n_working),
            ("gmn_works_waiting", "Pieces of work that wait for a worker.", self._turns.n_waiting),
            ("gmn_workers_memory_bytes", "Memory of the workers.", workers_memory()),
        ):
            yield GaugeMetricFamily(name, says, value=value)


def metrics_address() -> tuple[str, int] | None:
    """Return where the figures are served, from the environment: a port of this computer, or HOST:PORT.

    None where they are not served.
    """
    given = os.environ.get(ADDRESS_NAME, "")
    if not given:
        return None
    found = _ADDRESS.fullmatch(given)
    if found is None or int(found["port"]) > 65535:
        _log.warning("%s is neither a port nor HOST:PORT; no figures are served.", ADDRESS_NAME)
        return None
    return found["host"] or "127.0.0.1", int(found["port"])


@asynccontextmanager
async def serving_metrics(turns: Turns) -> AsyncIterator[None]:
    """Serve the figures while the block runs, where the environment says so."""
    address = metrics_address()
    if address is None:
        yield
        return
    state = ServerState(turns)
    try:
        server, thread = start_http_server(address[1], address[0], FIGURES)
    except OSError as error:
        _log.warning("No figures are served: %s", error)
        yield
        return
    FIGURES.register(state)
    try:
        yield
    finally:
        FIGURES.unregister(state)
        server.shutdown()
        thread.join()
