"""A server that is told to end finishes what it does, but not for ever, and tells who watches."""

from __future__ import annotations

import time

import pytest
from starlette.types import Message, Receive, Scope, Send

from pages.guard.draining import LONGEST_NAME, LONGEST_SECONDS, Draining, longest_stop
from pages.guard.middleware import Guard
from tests.in_a_thread import run


def seconds_to_drain(draining: Draining, busy_for: float, longest: float) -> float:
    start = time.monotonic()
    run(draining.drain(lambda: time.monotonic() - start < busy_for, longest))
    return time.monotonic() - start


def test_an_idle_server_that_nobody_watches_ends_at_once() -> None:
    draining = Draining()
    assert seconds_to_drain(draining, 0.0, 60.0) < 1.0
    assert draining.begun


def test_what_is_done_is_finished() -> None:
    assert seconds_to_drain(Draining(), 0.4, 60.0) >= 0.4


def test_what_has_no_end_is_not_waited_for() -> None:
    assert seconds_to_drain(Draining(), 60.0, 0.4) < 5.0


def test_who_asks_for_readiness_is_told_twice_before_the_server_goes() -> None:
    draining = Draining()
    draining.note_check()
    assert draining.watched
    draining.begun = True
    draining.note_check()
    assert draining.watched
    draining.note_check()
    assert not draining.watched
    assert seconds_to_drain(draining, 0.0, 60.0) < 1.0


def test_the_longest_wait_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, expected in (("7", 7.0), ("", LONGEST_SECONDS), ("soon", LONGEST_SECONDS)):
        monkeypatch.setenv(LONGEST_NAME, given)
        assert longest_stop() == expected


@pytest.mark.parametrize(
    ("extensions", "first"),
    [({"websocket.http.response": {}}, "websocket.http.response.start"), ({}, "websocket.close")],
)
def test_newcomers_are_refused_so_that_a_proxy_asks_another_server(
    extensions: dict[str, object], first: str
) -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("a newcomer was let in")

    async def connect() -> None:
        async def receive() -> Message:
            return {"type": "websocket.connect"}

        async def send(message: Message) -> None:
            sent.append(message)

        guard = Guard(app, draining=Draining(begun=True))
        scope = {"type": "websocket", "path": "/_stcore/stream", "client": None, "extensions": extensions}
        await guard(scope, receive, send)

    run(connect())
    assert sent[0]["type"] == first
    assert sent[0].get("status", 503) == 503
