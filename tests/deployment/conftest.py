"""Two app servers behind a proxy, started as the documentation says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from survey_db.store import Store
from tests.attack.visitor import Server, Visitor
from tests.browser.conftest import ROOT, free_port
from tests.browser.listener import database_of, make_store
from tests.survey_db.postgres import PostgresServer, scratch_postgres

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class TwoServers:
    """The proxy, and the ports of the app servers behind it."""

    proxy: Server
    ports: tuple[int, int]
    database: PostgresServer

    @contextmanager
    def visit(self, number: int, page: str, query: str = "", cookie: str = "") -> Iterator[Visitor]:
        """Connect through the proxy to one of the servers, as a browser that was there before."""
        with self.proxy.visit(page, query, cookie=f"server={number}; {cookie}") as visitor:
            yield visitor

    def readiness(self, number: int) -> tuple[int, dict[str, object]]:
        """What a server says of itself; 0 where it does not answer."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.ports[number - 1]}/ready", timeout=20
            ) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}

    def until(self, number: int, status: int, seconds: float = 60) -> dict[str, object]:
        """Wait for a readiness, and return what is said with it."""
        deadline = time.monotonic() + seconds
        while (found := self.readiness(number))[0] != status:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found[1]


def answers(server: Server) -> bool:
    """Whether a server is there and has somebody behind it."""
    try:
        return server.ask("/_stcore/health").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    """A PostgreSQL of its own, since it is stopped and started."""
    with scratch_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def store(database: PostgresServer) -> Iterator[Store]:
    """A survey with an open study that asks for no hearing."""
    store = make_store(database.new_url(), practice=False, volume_check=False, require_full_hearing=False)
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def servers(
    store: Store, database: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoServers]:
    """The servers, as the script of the documentation runs them."""
    if shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip("no HAProxy is installed (Debian: apt-get install haproxy)")
    port, first, second = free_port(), free_port(), free_port()
    command = [
        *(sys.executable, "-m", "deployment.serve", "--bind", f"127.0.0.1:{port}"),
        *("--ports", str(first), str(second)),
    ]
    environment = {
        **os.environ,
        "GMN_DATABASE_URL": database_of(store),
        "GMN_ADMIN_PASSWORD": PASSWORD,
        "GMN_WORKERS": "1",
    }
    log_file = tmp_path_factory.mktemp("log") / "servers.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        proxy = Server(f"http://127.0.0.1:{port}", log_file, process)
        deadline = time.monotonic() + 120
        while "Two servers are ready" not in proxy.log():
            assert process.poll() is None, proxy.log()
            assert time.monotonic() < deadline, proxy.log()
            time.sleep(0.2)
        while not answers(proxy):
            assert time.monotonic() < deadline, proxy.log()
            time.sleep(0.2)
        yield TwoServers(proxy, (first, second), database)
    finally:
        process.terminate()
        process.wait(timeout=90)
