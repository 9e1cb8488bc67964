"""The guard before the app: an ASGI middleware around everything that Streamlit serves.

Only addresses and messages that the pages need pass; the rest is answered by
404 or left out.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.guard.draining import Draining
from pages.guard.headers import security_headers
from pages.guard.limits import Pace, Places, client_name
from pages.guard.messages import BadMessageError, admitted
from pages.guard.uploads import room_for

PAGES = tuple(sorted(page.stem for page in Path(__file__).parents[1].glob("*.py") if page.stem != "__init__"))

_READ = frozenset({"GET", "HEAD"})
_STREAM = "/_stcore/stream"
_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[\w-]+)/[\w-]+", re.ASCII)
_OPEN: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(rf"/|/({'|'.join(PAGES)})/?"), _READ),
    (re.compile(r"/favicon\.png|/manifest\.json|/static(/[\w-][\w.-]*)+", re.ASCII), _READ),
    (re.compile(r"/media/[\w.-]+", re.ASCII), _READ),
    (re.compile(r"/_stcore/(health|host-config)"), _READ),
    (_UPLOAD, frozenset({"PUT", "DELETE"})),
    (re.compile(r"/continue|/ready"), _READ),
    (
        re.compile(r"/cookies/(admin|(listener|preview)/[a-z0-9-]{1,64})"),
        frozenset({"GET", "PUT", "DELETE"}),
    ),
)
"""What is served over HTTP, and by which methods; whatever is not here is not."""

_TOO_LARGE = 413
# Reasons for closing a websocket (RFC 6455).
_PROTOCOL_ERROR, _TRY_AGAIN_LATER = 1002, 1013

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What one client may ask for.

    Parameters
    ----------
    connections : int
        Open websockets, one per tab: a class may share one address.
    messages_per_second : float
        Messages of a websocket; faster ones wait.
    burst : int
        Messages that need not wait after a rest.
    upload_bytes, upload_bytes_in_all : int
        Memory for the uploads of one visit, and of all.
    """

    connections: int = 200
    messages_per_second: float = 15.0
    burst: int = 60
    upload_bytes: int = 250 * 2**20
    upload_bytes_in_all: int = 1000 * 2**20


class Guard:
    """Lets through to an app what its pages need.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    base : str, optional
        Path of the app; empty where it has a host of its own.
    limits : Limits, optional
        What one client may ask for.
    draining : Draining, optional
        The state of the server's end.
    """

    def __init__(
        self, app: ASGIApp, base: str = "", limits: Limits | None = None, draining: Draining | None = None
    ) -> None:
        self._app = app
        self._base = base
        self._draining = draining or Draining()
        self._limits = limits or Limits()
        self._connections = Places(self._limits.connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in security_headers(headers.get("host", "")).items():
                    answer[name] = value
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None and refusal.status_code == _TOO_LARGE:
            # A browser that is answered while it still sends takes it for a broken connection.
            await _read_to_the_end(receive)
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that is not served; None for one that is."""
        path = self._path(scope)
        methods = next((methods for pattern, methods in _OPEN if path and pattern.fullmatch(path)), None)
        if methods is None or path is None:
            return PlainTextResponse("Not found", status_code=404)
        if scope["method"] not in methods:
            return PlainTextResponse("Method not allowed", status_code=405)
        if scope["method"] == "PUT" and (upload := _UPLOAD.fullmatch(path)):
            size = headers.get("content-length", "")
            if not size.isdecimal():
                return PlainTextResponse("Length required", status_code=411)
            limits = self._limits
            if not room_for(int(size), upload["session"], limits.upload_bytes, limits.upload_bytes_in_all):
                return PlainTextResponse("Too much has been uploaded", status_code=_TOO_LARGE)
        return None

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._draining.begun:
            await receive()
            await _send_elsewhere(scope, send)
            return
        client = client_name(scope["client"][0] if scope["client"] else None)
        with self._connections.take(client) as free:
            if self._path(scope) == _STREAM and free:
                socket = _GuardedSocket(
                    receive, send, Pace(self._limits.messages_per_second, self._limits.burst)
                )
                await self._app(scope, socket.receive, socket.send)
                return
        if not free:
            _log.warning("One client has %d connections and is given no more.", self._limits.connections)
        await receive()
        await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})

    def _path(self, scope: Scope) -> str | None:
        """Return the path below the app's own; None where it is not below it."""
        path = str(scope["path"])
        return (path.removeprefix(self._base) or "/") if path.startswith(self._base) else None


async def _send_elsewhere(scope: Scope, send: Send) -> None:
    """Refuse a websocket by 503, after which a proxy asks another server."""
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": 503, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})


async def _read_to_the_end(receive: Receive) -> None:
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass


class _GuardedSocket:
    """A websocket of which the app sees only what it needs, not faster than it can bear."""

    def __init__(self, receive: Receive, send: Send, pace: Pace) -> None:
        self._receive = receive
        self._send = send
        self._pace = pace
        self._closed = False

    async def receive(self) -> Message:
        """Return the next message that passes; one that a browser would not send ends the connection."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            if self._closed:
                continue
            await asyncio.sleep(self._pace.wait())
            try:
                passed = admitted(message.get("bytes"))
            except BadMessageError as error:
                _log.warning("A websocket is closed: %s.", error)
                await self.send({"type": "websocket.close", "code": _PROTOCOL_ERROR})
                return {"type": "websocket.disconnect", "code": _PROTOCOL_ERROR}
            if passed is not None:
                return {"type": "websocket.receive", "bytes": passed}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Send to the browser, unless the connection is closed or the browser has gone."""
        if self._closed:
            return
        self._closed = message["type"] == "websocket.close"
        try:
            await self._send(message)
        except OSError:
            self._closed = True  # what is received next says so too
