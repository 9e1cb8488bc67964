"""The number of each request and each visit, and a line in the log for each, which names nobody.

A proxy that numbers requests itself (``X-Request-ID``) is believed, so that its
log and this one fit together. A visit has the number of the request that opened
its websocket: whatever its pages log stands under it.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from contextvars import ContextVar

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from pages.guard.metrics import VISITS

HEADER = "X-Request-ID"
_NUMBER = re.compile(r"[\w-]{8,64}", re.ASCII)
_PRIVATE = re.compile(r"^(.*?/(?:upload_file|media|cookies/\w+))/.*$")
"""What follows in these addresses is a file, a session or a study."""

_DULL = re.compile(r".*/static/.*|.*/ready|.*/_stcore/(health|host-config)")
"""Addresses that are asked for too often to say so, unless it fails."""

_current: ContextVar[str | None] = ContextVar("request_number", default=None)

_log = logging.getLogger(__name__)


def request_number() -> str | None:
    """Return the number of the request that is served, or of the visit whose page runs; else None."""
    if (number := _current.get()) is not None:
        return number
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    return st.context.headers.get(HEADER)


def public_path(path: str) -> str:
    """Return an address without what belongs to one visitor or study.

    Examples
    --------
    >>> public_path("/_stcore/upload_file/0f5c/9a1b")
    '/_stcore/upload_file/…'
    >>> public_path("/survey")
    '/survey'
    """
    return _PRIVATE.sub(r"\1/…", path)


class Numbered:
    """Gives each request a number, tells it in the answer, and logs the request when it is over.

    Parameters
    ----------
    app : ASGI application
        What serves the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get(HEADER, "")
        number = told if _NUMBER.fullmatch(told) else secrets.token_hex(8)
        scope = {**scope, "headers": _with_number(scope, number)}
        status = 0

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            elif message["type"] == "websocket.accept":
                status = 101
                VISITS.inc()
                _log.info("visit begins")
            await send(message)

        mark, began = _current.set(number), time.perf_counter()
        try:
            await self._app(scope, receive, send_numbered)
        finally:
            if status == 101:
                VISITS.dec()
            path = str(scope["path"])
            if status >= 400 or not _DULL.fullmatch(path):
                fields = {
                    "method": scope.get("method", "WEBSOCKET"),
                    "path": public_path(path),
                    "status": status,
                    "ms": round(1000 * (time.perf_counter() - began)),
                }
                _log.info("visit ends" if status == 101 else "request", extra={"fields": fields})
            _current.reset(mark)


def _with_number(scope: Scope, number: str) -> list[tuple[bytes, bytes]]:
    name = HEADER.lower().encode()
    headers = [(key, value) for key, value in scope["headers"] if key.lower() != name]
    return [*headers, (name, number.encode())]
