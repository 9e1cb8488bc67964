"""A server of the app's, and visitors who speak to it without a browser and need not behave like one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from survey_db.store import Store
from tests.browser.conftest import ROOT, free_port, wait_until_healthy
from tests.browser.listener import database_of

PATIENCE = 120.0


@dataclass(frozen=True)
class Answer:
    """What a request was answered with."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """The running app."""

    url: str
    log_file: Path
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        """All that it has written so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Make a request as any program can."""
        request = urllib.request.Request(self.url + path, data=body, method=method)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    @contextmanager
    def visit(
        self, page: str = "", query: str = "", *, address: str = "192.0.2.1", cookie: str = ""
    ) -> Iterator[Visitor]:
        """Connect as a visitor, from an address that a trusted proxy tells."""
        with connect(
            f"{self.url.replace('http', 'ws')}/_stcore/stream",
            subprotocols=["streamlit"],
            additional_headers={"X-Forwarded-For": address, "Cookie": cookie},
            max_size=None,
            open_timeout=PATIENCE,
        ) as socket:
            yield Visitor(socket, page, query)


@contextmanager
def running_server(store: Store, log_file: Path, *options: str, **environment: str) -> Iterator[Server]:
    """Start the app on a store as its documentation says, and end it with the block."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)),
        *("--server.address", "127.0.0.1", "--server.headless", "true"),
        *("--server.fileWatcherType", "none", *options),
    ]
    environment = {**os.environ, "GMN_WORKERS": "1", "GMN_DATABASE_URL": database_of(store), **environment}
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(process, url)
        yield Server(url, log_file, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:  # what a visitor has asked for last may take that long
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Widget:
    """A widget that a page shows."""

    kind: str
    id: str
    label: str
    options: tuple[str, ...] = ()


@dataclass
class Visitor:
    """One open websocket, the page on show, and what has come over it."""

    socket: ClientConnection
    page: str
    query: str
    widgets: list[Widget] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    session: str = ""

    def send(self, message: BackMsg) -> None:
        """Send a message of any kind."""
        self.socket.send(message.SerializeToString())

    def run(self, triggers: dict[str, dict[str, Any]] | None = None) -> None:
        """Have the page run with the values of its widgets, and read all that it shows."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        for name, value in {**self.values, **(triggers or {})}.items():
            message.rerun_script.widget_states.widgets.add(id=name, **value)
        self.send(message)
        self.read()

    def read(self) -> None:
        """Read until the page has run to its end."""
        self.widgets, self.texts = [], []
        deadline = time.monotonic() + PATIENCE
        while True:
            data = self.socket.recv(timeout=max(0.0, deadline - time.monotonic()))
            assert isinstance(data, bytes)
            self.frames.append(data)
            message = ForwardMsg.FromString(data)
            self.note(message)
            if message.WhichOneof("type") == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                return

    def note(self, message: ForwardMsg) -> None:
        """Note what a message shows."""
        match message.WhichOneof("type"):
            case "new_session":
                self.session = message.new_session.initialize.session_id
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._note_element(message.delta.new_element)

    def _note_element(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        shown = getattr(element, kind)
        if getattr(shown, "id", ""):
            options = tuple(getattr(one, "content", one) for one in getattr(shown, "options", ()))
            self.widgets.append(Widget(kind, shown.id, getattr(shown, "label", ""), options))
        self.texts += [
            str(getattr(shown, name)) for name in ("body", "label", "text") if hasattr(shown, name)
        ]

    def widget(self, label: str) -> str:
        """The name of the widget with a label."""
        return next(widget.id for widget in self.widgets if widget.label == label)

    def give(self, label: str, **value: Any) -> None:
        """Set the value of a widget."""
        self.values[self.widget(label)] = value

    def press(self, label: str) -> None:
        """Press a button."""
        self.run({self.widget(label): {"trigger_value": True}})

    def shows(self, text: str) -> bool:
        """Whether the page shows a text."""
        return any(text in shown for shown in self.texts)
