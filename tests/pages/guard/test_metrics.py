"""What a server tells Prometheus of itself."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request

import pytest

from pages.guard import metrics
from pages.guard.metrics import (
    ADDRESS_NAME,
    counted,
    counting_work,
    metrics_address,
    serving_metrics,
    timing_page,
)
from pages.workers.errors import QueueFullError
from pages.workers.turns import Turns
from tests.browser.conftest import free_port
from tests.in_a_thread import run


def read(port: int) -> dict[str, float]:
    """What is served, by name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_work_answers_and_failures_are_counted_and_the_queue_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    port, turns = free_port(), Turns(1, 10)
    monkeypatch.setenv(ADDRESS_NAME, str(port))

    async def serve() -> dict[str, float]:
        async with serving_metrics(turns):
            with turns.take("somebody"):
                return await asyncio.to_thread(read, port)

    before = run(serve())
    with counting_work("compose"):
        pass
    with pytest.raises(QueueFullError), counting_work("compose"):
        raise QueueFullError
    metrics.ANSWERS.inc()
    with timing_page("Generate"):
        pass
    after = run(serve())

    def added(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert added("gmn_answers_total") == 1
    assert added('gmn_works_total{task="compose"}') == 1
    assert added('gmn_work_failures_total{reason="QueueFullError",task="compose"}') == 1
    assert added('gmn_page_seconds_count{page="Generate"}') == 1
    assert after["gmn_works_running"] == 1
    assert after["gmn_works_waiting"] == 0
    assert after["process_resident_memory_bytes"] > 2**20
    assert after["gmn_workers_memory_bytes"] >= 0
    with pytest.raises(urllib.error.URLError):
        read(port)


def test_a_visitor_who_leaves_is_no_failure() -> None:
    class Left(BaseException):
        pass

    before = counted(metrics.WORK_FAILURES)
    with pytest.raises(Left), counting_work("compose"):
        raise Left
    assert counted(metrics.WORK_FAILURES) == before


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", None),
        ("9108", ("127.0.0.1", 9108)),
        ("0.0.0.0:9108", ("0.0.0.0", 9108)),
        ("99999", None),
        ("here", None),
    ],
)
def test_the_figures_are_for_this_computer_unless_a_setting_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, given: str, address: tuple[str, int] | None
) -> None:
    monkeypatch.setenv(ADDRESS_NAME, given)
    assert metrics_address() == address


def test_a_port_that_is_taken_does_not_keep_the_server_from_starting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    monkeypatch.setenv(ADDRESS_NAME, str(port))

    async def serve_twice() -> None:
        async with serving_metrics(Turns(1, 1)), serving_metrics(Turns(1, 1)):
            pass

    run(serve_twice())
    assert "No figures are served" in caplog.text
