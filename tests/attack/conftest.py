"""The running app, as the network sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from survey_db.store import Store
from tests.attack.visitor import Server, running_server
from tests.browser.listener import make_store

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A survey with an open study that asks for no hearing."""
    folder = tmp_path_factory.mktemp("survey")
    store = make_store(folder, practice=False, volume_check=False, require_full_hearing=False)
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def server(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app in a server of its own."""
    log = tmp_path_factory.mktemp("log") / "server.log"
    with running_server(store, log, GMN_ADMIN_PASSWORD=PASSWORD) as server:
        yield server


@pytest.fixture(autouse=True)
def no_error_of_the_server(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever is done to the server, it meets no error that it did not expect."""
    yield
    if "server" in request.fixturenames:
        server: Server = request.getfixturevalue("server")
        assert "Traceback" not in server.log()
