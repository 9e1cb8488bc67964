"""A survey database of each kind, real ones both."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.survey_db.material import SIX_GENRES, Clock, six_samples

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    control = str(Path(initdb).with_name("pg_ctl"))
    # The server refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="survey-postgres-") as folder:
        if as_user:
            shutil.chown(folder, "postgres")
        data, log = f"{folder}/data", f"{folder}/log"

        def run(*command: str) -> None:
            subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)

        run(initdb, "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        run(control, "-D", data, "-w", "-l", log, "-o", options, "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        run(control, "-D", data, "-w", "-m", "immediate", "stop")


def new_postgres_url(server: str) -> str:
    """Make a fresh, empty database on a server and return its URL."""
    name = f"survey_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def new_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """Make an empty database of a kind; a server is only started where one is needed."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'survey.db'}"
    return new_postgres_url(request.getfixturevalue("postgres_server"))


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    return new_url(request, request.param, tmp_path)


@pytest.fixture(scope="module", params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of each kind in turn, shared by a module's tests; each makes studies of its own."""
    store = open_store(new_url(request, request.param, tmp_path_factory.mktemp("store")))
    store.clock = Clock()
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def make_study(store: Store) -> Callable[..., str]:
    """Make an open study of six one-second samples; returns its slug."""

    def make(*more: NewSample, status: str = "open", **settings: object) -> str:
        new = NewStudy(title="A study", **{"volume_check": False, **settings})
        samples = six_samples([genre for genre in SIX_GENRES if genre in new.genres])
        return store.studies.create(new, [*samples, *more], open_now=status == "open").slug

    return make
