"""A survey database of each kind, real ones both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.survey_db.material import SIX_GENRES, Clock, six_samples
from tests.survey_db.postgres import PostgresServer, scratch_postgres

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that lives as long as the tests."""
    with scratch_postgres() as server:
        yield server


def new_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """Make an empty database of a kind; a server is only started where one is needed."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'survey.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_url()


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
