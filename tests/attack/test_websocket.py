"""Messages that no browser would send, and more of them than any would."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from pages.guard.messages import MAX_BYTES
from pages.guard.middleware import Limits
from tests.attack.visitor import Server, Visitor


def listen(visitor: Visitor) -> None:
    """Receive until the connection ends."""
    while True:
        visitor.socket.recv(timeout=30)


@pytest.mark.parametrize(
    "data",
    [b"\xff\xff", b"\x00" * 10, b"x" * (MAX_BYTES + 1), "text", '{"clear_cache": true}'],
    ids=["garbage", "zeros", "too long", "text", "json"],
)
def test_what_is_no_message_ends_the_connection_and_nothing_else(server: Server, data: bytes | str) -> None:
    with server.visit("models") as other:
        with server.visit() as visitor:
            visitor.socket.send(data)
            with pytest.raises(ConnectionClosed):
                listen(visitor)
        other.run()
        assert other.shows("Four classifiers")


def test_a_message_beyond_all_bounds_is_not_even_read(server: Server) -> None:
    with server.visit() as visitor:
        with suppress(ConnectionClosed):
            visitor.socket.send([b"\x00" * 1_000_000] * 30)
        with pytest.raises(ConnectionClosed):
            listen(visitor)


@pytest.mark.parametrize("kind", ["load_git_info", "set_run_on_save", "debug_shutdown_runtime"])
def test_messages_for_developers_are_left_unanswered(server: Server, kind: str) -> None:
    with server.visit("models") as visitor:
        visitor.send(BackMsg(**{kind: True}))
        visitor.send(BackMsg(app_heartbeat=True))
        answer = ForwardMsg.FromString(visitor.socket.recv(timeout=30))
        assert answer.WhichOneof("type") == "heartbeat_ack"


def test_a_flood_of_messages_waits_and_holds_up_nobody_else(server: Server) -> None:
    limits = Limits()
    count = limits.burst + 3 * round(limits.messages_per_second)
    with server.visit() as flood, server.visit("models") as other:
        for _ in range(count):
            flood.send(BackMsg(app_heartbeat=True))
        started = time.monotonic()
        other.run()
        assert time.monotonic() - started < 20
        for _ in range(count):
            flood.socket.recv(timeout=30)
        assert time.monotonic() - started > 2


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_page_of_another_site_cannot_speak_to_the_app(server: Server, origin: str) -> None:
    """Not even in the browser of somebody who is signed in here."""
    with pytest.raises(InvalidStatus) as refused:
        connect(
            f"{server.url.replace('http', 'ws')}/_stcore/stream",
            subprotocols=["streamlit"],
            additional_headers={"Origin": origin},
        )
    assert refused.value.response.status_code == 403


def test_one_client_cannot_take_every_connection(server: Server) -> None:
    limit = Limits().connections
    visits = [server.visit(address="2001:db8::1") for _ in range(limit)]
    try:
        for visit in visits:
            visit.__enter__()
        with pytest.raises(InvalidStatus) as refused, server.visit(address="2001:db8::2"):
            pass
        assert refused.value.response.status_code == 403
        with server.visit("models", address="192.0.2.2") as other:
            other.run()
            assert other.shows("Four classifiers")
    finally:
        for visit in visits:
            visit.__exit__(None, None, None)
    with server.visit("models", address="2001:db8::2") as again:
        again.run()
