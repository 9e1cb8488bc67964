"""The server forgets who listeners were, where it is told to."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from pages.guard import forgetting as module
from pages.guard.forgetting import DAYS_NAME, forgetting, retention_days
from survey_db.errors import LostError
from survey_db.store import Store
from tests.browser.listener import SLUG, make_store
from tests.in_a_thread import run
from tests.survey_db.material import Clock, begin


@pytest.mark.parametrize(
    ("given", "days"), [("90", 90), ("", None), ("0", None), ("-3", None), ("for ever", None)]
)
def test_the_days_are_a_setting(monkeypatch: pytest.MonkeyPatch, given: str, days: int | None) -> None:
    monkeypatch.setenv(DAYS_NAME, given)
    assert retention_days() == days


def test_a_server_forgets_while_it_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store: Store = make_store(tmp_path)
    store.clock = Clock()
    store.clock.move(days=-400)
    token = begin(store, SLUG)
    store.clock.move(days=400)
    monkeypatch.setattr(module, "the_store", lambda: store)

    async def serve() -> None:
        async with forgetting():
            for _ in range(100):
                if store.listening.state(SLUG, token) is None:
                    return
                await asyncio.sleep(0.1)

    monkeypatch.delenv(DAYS_NAME, raising=False)
    run(asyncio.wait_for(_at_once(), 10))
    assert store.listening.state(SLUG, token) is not None
    monkeypatch.setenv(DAYS_NAME, "30")
    run(serve())
    assert store.listening.state(SLUG, token) is None
    store.engine.dispose()


async def _at_once() -> None:
    async with forgetting():
        pass


def test_a_database_that_is_away_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> Store:
        raise LostError("The survey’s database cannot be reached at the moment.")

    monkeypatch.setattr(module, "the_store", away)
    with caplog.at_level(logging.WARNING):
        module.forget_once(30)
    assert "cannot be reached" in caplog.text
