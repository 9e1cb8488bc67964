"""The short form of `make load`, and the page that it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.load import page, soak
from benchmarks.load.at_store import store_load
from benchmarks.load.measures import measure

STORE = {
    "n_listeners": 300, "n_answers": 1800, "n_lost": 0, "n_errors": 0,
    "per_second": 100.0, "p50": 0.01, "p95": 0.02, "p99": 0.03,
}  # fmt: skip
APP = {
    **STORE, "n_listeners": 40, "runs_per_second": 16.0, "n_generated": 2, "n_classified": 9,
    "processor": 0.5, "memory_mb": 300.0, "player": 0.1,
}  # fmt: skip


def test_listeners_of_two_processes_lose_no_answer(tmp_path: Path) -> None:
    found = store_load(f"sqlite:///{tmp_path / 'survey.db'}", n_listeners=5, pause=0.0, n_processes=2)
    assert (found.n_answers, found.n_lost, found.n_errors) == (30, 0, 0)
    assert 0 < found.p50 <= found.p95 <= found.p99


def test_an_answer_that_was_confirmed_and_is_not_stored_is_lost() -> None:
    found = measure(2, [0.1, 0.2, 0.3], n_stored=2, n_errors=1, seconds=2.0)
    assert (found.n_lost, found.n_errors, found.per_second) == (1, 1, 1.5)
    assert found.p50 == pytest.approx(0.2)
    assert measure(1, [], 0, 0, 1.0).n_answers == 0


def test_the_page_counts_the_servers_that_the_slowest_good_load_allows() -> None:
    slow = {**APP, "runs_per_second": 32.0, "p95": 0.9}
    text = page.page(
        {
            "machine": "A CPU",
            "store": {"SQLite, no rests": STORE},
            "app": [APP, slow],
            "pace": 2.5,
            "pause": 8.0,
            "others": 2,
            "beside": {"alone": {**APP, "n_listeners": 10}, "beside composers": {**APP, "p95": 0.25}},
            "composers": 6,
            "piece_seconds": 120,
        }
    )
    assert "| beside composers | 1800 | 10 | 250 | 30 | 0 | 0 | 2 | 50% | 10% |" in text
    assert "beside 6 visitors who each have pieces of 120 s composed" in text
    assert "carries **180 listeners at the same" in text  # 16 runs a second, 4 clicks in 45 s
    assert "163 take part" in text  # 1,500 in an hour, 6.5 minutes each
    assert "**1 server**" in text
    assert "SQLite took 100 a second without rests, 40 times that" in text


def test_a_soak_tells_what_its_second_half_has_added() -> None:
    watch = soak.Watch(
        web=[100.0] * 10 + [200.0] * 10 + [204.0] * 9 + [210.0, 600.0, 210.0],
        workers=[9.0] * 32,
        busy=[1.0] * 32,
    )
    found = {"machine": "A CPU", "minutes": 30.0, "load": APP, **watch.marks()}
    assert found["web"] == [100.0, 200.0, 204.0, 210.0]
    assert found["growth"] == pytest.approx(0.05)
    text = page.soak_in_words(found)
    assert "second half added +5.0% to the web process, whose peak was 600 MB" in text
    assert "| web process | 100 | 200 | 204 | 210 |" in text
    assert "Other work" not in text
    busy = {**found, "busy": 20.0, "processors": 2}
    assert "busy meanwhile (20 processes for 2 processors)" in page.soak_in_words(busy)
