"""A real PostgreSQL server that a test can stop and start again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url


class PostgresServer:
    """A scratch cluster on a loopback port, owned by a user that may run a server.

    Parameters
    ----------
    folder : Path
        An empty folder for the cluster, its log and its socket.
    durable : bool
        Whether it waits for the disk at each commit, as a real one does.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._durable = durable
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        initdb = str(found[-1]) if found else shutil.which("initdb")
        if initdb is None:
            pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
        self._control = str(Path(initdb).with_name("pg_ctl"))
        self._folder = folder
        # The server refuses to run as root.
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.give(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        self._run(initdb, "-D", self._data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")

    def give(self, folder: Path) -> None:
        """Make the server's user the owner of a folder."""
        if self._as_user:
            shutil.chown(folder, "postgres")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        if not self._durable:
            options += " -c fsync=off"
        self._run(self._control, "-D", self._data, "-w", "-l", f"{self._folder}/log", "-o", options, "start")

    def stop(self) -> None:
        """Stop the server as a crash would: every session ends where it is."""
        self._run(self._control, "-D", self._data, "-w", "-m", "immediate", "stop")

    def new_url(self, options: str = "") -> str:
        """Make a fresh, empty database and return its URL."""
        name = f"survey_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} {options}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        """Run a statement as the administrator."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    @property
    def _data(self) -> str:
        return f"{self._folder}/data"

    def _run(self, *command: str) -> None:
        subprocess.run(
            [*self._as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd=self._folder, timeout=60
        )


@contextmanager
def postgres_in(folder: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a server in a folder until the block ends; a test may have stopped it meanwhile."""
    server = PostgresServer(folder, durable=durable)
    server.start()
    try:
        yield server
    finally:
        if Path(server._data, "postmaster.pid").exists():
            server.stop()


@contextmanager
def scratch_postgres() -> Iterator[PostgresServer]:
    """Run a server in a folder of its own; the names of sockets are short, pytest's folders are not."""
    with (
        tempfile.TemporaryDirectory(prefix="survey-postgres-") as folder,
        postgres_in(Path(folder)) as server,
    ):
        yield server


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of a few megabytes at a folder; skips where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill a disk but for ``leave`` bytes; delete the returned file to make room again."""
    filler = folder / "filler"
    free = shutil.disk_usage(folder).free - leave
    filler.write_bytes(b"\0" * max(free, 0))
    return filler
