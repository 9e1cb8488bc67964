"""A server is ready when all that it needs is there, and says so without saying more."""

from __future__ import annotations

import json
import logging

import pytest
from starlette.requests import Request

from pages.guard import readiness as module
from pages.guard.draining import Draining
from pages.guard.readiness import ModelsCheck, Readiness, database_check
from pages.workers.errors import CrashError
from survey_db.errors import LostError
from tests.in_a_thread import run


def ask(readiness: Readiness) -> tuple[int, dict[str, object]]:
    answer = run(readiness.answer(Request({"type": "http", "method": "GET", "headers": []})))
    return answer.status_code, json.loads(bytes(answer.body))


def test_one_thing_that_is_missing_makes_it_unready(caplog: pytest.LogCaptureFixture) -> None:
    said = {"database": "ok", "models": "ok"}
    clock = iter(range(0, 1000, 10))
    readiness = Readiness(
        {name: (lambda name=name: said[name]) for name in said},  # type: ignore[misc]
        Draining(),
        lambda: float(next(clock)),
    )
    assert ask(readiness) == (200, {"ready": True, "database": "ok", "models": "ok"})
    said["database"] = "cannot be used"
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert ask(readiness) == (503, {"ready": False, "database": "cannot be used", "models": "ok"})
    assert len(caplog.records) == 1, "what lasts is logged once"


def test_who_asks_often_makes_no_work() -> None:
    asked: list[int] = []

    def check() -> str:
        asked.append(1)
        return "ok"

    readiness = Readiness({"database": check}, Draining(), lambda: 5.0)
    for _ in range(20):
        readiness.look()
    assert len(asked) == 1


def test_a_server_on_its_way_out_is_not_ready_and_notes_who_was_told() -> None:
    draining = Draining(begun=True)
    assert ask(Readiness({}, draining)) == (503, {"ready": False, "server": "stopping"})
    assert draining.n_told == 1


def test_a_database_that_is_away_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def check(self) -> None:
            raise LostError("the host db.example.org cannot be reached")

    monkeypatch.setattr(module, "the_store", Away)
    assert database_check() == "cannot be used"


@pytest.mark.parametrize(("problems", "said"), [((), "ok"), (("weights are damaged",), "missing")])
def test_models_are_looked_for_by_a_worker(
    monkeypatch: pytest.MonkeyPatch, problems: tuple[str, ...], said: str
) -> None:
    class Pool:
        def do(self, function: object) -> tuple[str, ...]:
            return problems

    monkeypatch.setattr(module, "worker_pool", Pool)
    check = ModelsCheck()
    assert check() == "loading"
    check._look()
    assert check() == said


def test_workers_that_crash_over_the_models_are_no_good(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pool:
        def do(self, function: object) -> tuple[str, ...]:
            raise CrashError

    monkeypatch.setattr(module, "worker_pool", Pool)
    check = ModelsCheck()
    check._look()
    assert check() == "missing"
