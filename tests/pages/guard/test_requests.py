"""Each request has a number, in the answer and in the log, and the log names nobody."""

from __future__ import annotations

import logging

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from pages.guard.requests import HEADER, Numbered, public_path, request_number
from tests.in_a_thread import run


def serve(path: str, status: int = 200, **headers: str) -> tuple[str | None, str | None, str | None]:
    """The number that the app sees in its request, that which holds while it works, and the answer's."""
    seen: list[str | None] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend((Headers(scope=scope).get(HEADER), request_number()))
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def ask() -> None:
        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"study=six&PROLIFIC_PID=5f3e9a",
            "headers": raw,
            "client": ("192.0.2.77", 1),
        }
        await Numbered(app)(scope, receive, send)

    run(ask())
    return seen[0], seen[1], Headers(raw=sent[0]["headers"]).get(HEADER)


def test_the_app_the_log_and_the_answer_have_one_number() -> None:
    in_request, while_it_works, in_answer = serve("/survey")
    assert in_request == while_it_works == in_answer
    assert in_answer != serve("/survey")[2]
    assert request_number() is None


def test_the_number_of_a_proxy_is_believed_where_it_is_one() -> None:
    assert serve("/survey", X_Request_ID="3f2b6c1e-9a7d")[2] == "3f2b6c1e-9a7d"
    assert serve("/survey", X_Request_ID='a" {forged')[2] != 'a" {forged'


def test_the_log_says_what_was_asked_for_and_not_by_whom(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        serve("/cookies/listener/six", 204)
        serve("/static/js/index.js")
        serve("/ready")
        serve("/ready", 503)
    fields = [record.fields for record in caplog.records]  # type: ignore[attr-defined]
    assert [(each["path"], each["status"]) for each in fields] == [
        ("/cookies/listener/…", 204),
        ("/ready", 503),
    ]
    assert not [each for each in fields for word in ("192.0.2.77", "5f3e9a", "six") if word in str(each)]


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/media/0f5c.mp3", "/media/…"),
        ("/base/cookies/preview/my-study", "/base/cookies/preview/…"),
        ("/_stcore/upload_file/session/file", "/_stcore/upload_file/…"),
        ("/_stcore/stream", "/_stcore/stream"),
    ],
)
def test_what_belongs_to_one_visitor_is_left_out(path: str, public: str) -> None:
    assert public_path(path) == public
