"""The memory of the server is not filled with uploads."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.guard.middleware import Limits
from survey_db.store import Store
from tests.attack.visitor import Answer, Server, running_server

MB = 2**20


@pytest.fixture(scope="module")
def server(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits a second for who has left to come back."""
    log = tmp_path_factory.mktemp("log") / "server.log"
    with running_server(store, log, "--server.disconnectedSessionTTL", "1") as server:
        yield server


def upload(server: Server, session: str, size: int) -> Answer:
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    health = server.ask("/_stcore/health")
    token = health.headers["set-cookie"].split(";")[0].partition("=")[2]
    return server.ask(
        f"/_stcore/upload_file/{session}/{uuid.uuid4()}",
        "PUT",
        head.encode() + b"\x01" * size + f"\r\n--{boundary}--\r\n".encode(),
        Content_Type=f"multipart/form-data; boundary={boundary}",
        X_Xsrftoken=token,
        Cookie=f"_streamlit_xsrf={token}",
    )


def memory(server: Server) -> int:
    """Bytes of the server's memory that are in use."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def test_a_visit_holds_so_much_and_leaves_nothing_behind(server: Server) -> None:
    limit = Limits().upload_bytes
    size = 40 * MB
    with server.visit("models") as visitor:  # other pages load much themselves
        visitor.run()
        before = memory(server)
        statuses = [upload(server, visitor.session, size).status for _ in range(limit // size + 1)]
        assert statuses == [204] * (limit // size) + [413]
        assert memory(server) - before > limit // 2
        assert upload(server, "no-such-session", 1000).status == 400
    deadline = time.monotonic() + 60
    while memory(server) - before > size:
        assert time.monotonic() < deadline, "what was uploaded is still there"
        time.sleep(1)


def test_the_length_of_an_upload_is_reported_beforehand(server: Server) -> None:
    import http.client

    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    connection.request("PUT", "/_stcore/upload_file/a/b", iter([b"chunk"]), encode_chunked=True)
    assert connection.getresponse().status == 411
