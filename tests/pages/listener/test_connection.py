"""A listener's page while the study's database is busy or gone, with a real database of each kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.listener import connection
from pages.listener.connection import FIRST_WAIT, LONGEST_WAIT, LOST, Connection, wait_seconds
from survey_db import database
from survey_db.reporting.responses import read_responses
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.survey_db.material import six_samples
from tests.survey_db.postgres import PostgresServer, scratch_postgres


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for locks a moment only."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that these tests may stop."""
    with scratch_postgres() as server:
        yield server


@pytest.fixture
def study(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, str]]:
    """An open study in a database of the server, which is the app's."""
    url = server.new_url()
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    store = open_store(url)
    yield store, make(store)
    store.engine.dispose()


def make(store: Store) -> str:
    new = NewStudy(title="A study", volume_check=False, require_full_hearing=False)
    return store.studies.create(new, six_samples(), open_now=True).slug


def test_a_request_that_an_interrupted_run_has_just_done_is_done_once_more_and_no_other_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    requests: list[Callable[[], None]] = []
    monkeypatch.setattr(connection.st, "session_state", {connection._REQUESTS: requests})

    def first() -> None:
        asked.append("first")
        requests.remove(first)  # as the other run does when its own question is answered

    requests += [first, lambda: asked.append("second")]
    Connection().deliver()
    assert asked == ["first", "second"]
    assert requests == []


def visit(app: AppTest, slug: str) -> AppTest:
    app.switch_page("pages/survey.py")
    app.query_params["study"] = slug
    return app.run()


def begin(app: AppTest, slug: str) -> None:
    visit(app, slug)
    app.checkbox[0].check().run()
    app.button[0].click().run()


def choose(app: AppTest, genre: str, rating: int, comment: str = "") -> None:
    app.pills[0].select(genre).run()
    app.segmented_control[0].select(rating).run()
    app.text_input[0].input(comment).run()


def clip(app: AppTest) -> str:
    return app.header[0].value if app.header else ""


def lost(app: AppTest) -> bool:
    assert not app.exception
    return LOST in [warning.value for warning in app.warning]


def rows(store: Store, slug: str) -> list[list[object]]:
    found: list[list[object]] = (
        read_responses(store, store.studies.get(slug).id)[["guess", "rating", "comment"]].to_numpy().tolist()
    )
    return found


def test_an_answer_given_while_the_server_is_down_is_stored_once_by_itself(
    app: AppTest, server: PostgresServer, study: tuple[Store, str]
) -> None:
    store, slug = study
    begin(app, slug)
    choose(app, "jazz", 7, "Swings.")
    server.stop()
    try:
        app.button[0].click().run()
        for _ in range(3):
            assert lost(app)
            assert clip(app) == "Clip 1 of 6"
            assert (app.pills[0].value, app.segmented_control[0].value) == ("jazz", 7)
            assert app.text_input[0].value == "Swings."
            # What waits to be stored is not sent a second time, nor changed.
            assert app.button[0].disabled
            assert app.pills[0].disabled
            app.run()
    finally:
        server.start()
    app.run()
    assert not lost(app)
    assert clip(app) == "Clip 2 of 6"
    assert app.pills[0].value is None
    assert rows(store, slug) == [["jazz", 7, "Swings."]]
    choose(app, "rock", 2)
    app.button[0].click().run()
    assert clip(app) == "Clip 3 of 6"
    assert rows(store, slug) == [["jazz", 7, "Swings."], ["rock", 2, None]]


def test_choices_made_while_the_server_is_down_are_kept(
    app: AppTest, server: PostgresServer, study: tuple[Store, str]
) -> None:
    store, slug = study
    begin(app, slug)
    server.stop()
    try:
        choose(app, "jazz", 7, "Swings.")
        assert lost(app)
        assert not app.button[0].disabled
    finally:
        server.start()
    app.run()
    assert not lost(app)
    assert rows(store, slug) == []
    app.button[0].click().run()
    assert rows(store, slug) == [["jazz", 7, "Swings."]]


def test_who_comes_while_the_server_is_down_is_let_in_when_it_is_back(
    app: AppTest, server: PostgresServer, study: tuple[Store, str]
) -> None:
    store, slug = study
    server.stop()
    try:
        visit(app, slug)
        assert lost(app)
        assert not app.button
    finally:
        server.start()
    app.run()
    assert app.title[0].value == "A study"
    app.checkbox[0].check().run()
    server.stop()
    try:
        app.selectbox[0].select("under_3").run()
        app.button[0].click().run()
        app.run()
        assert lost(app)
        assert app.title[0].value == "A study"
        assert app.button[0].disabled
    finally:
        server.start()
    app.run()
    assert clip(app) == "Clip 1 of 6"
    (attendance,) = store.attendances.all(slug)
    assert attendance.answers == 0


def test_a_busy_file_is_waited_for_too(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'survey.db'}"
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    store = open_store(url)
    slug = make(store)
    begin(app, slug)
    choose(app, "jazz", 7)
    other = sqlite3.connect(tmp_path / "survey.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    app.button[0].click().run()
    assert lost(app)
    other.execute("ROLLBACK")
    other.close()
    app.run()
    assert clip(app) == "Clip 2 of 6"
    assert rows(store, slug) == [["jazz", 7, None]]


def test_waits_grow_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.random, "uniform", lambda low, high: high)
    waits = [wait_seconds(failures) for failures in range(1, 12)]
    assert waits[0] == pytest.approx(1.2 * FIRST_WAIT)
    assert waits[-1] == pytest.approx(1.2 * LONGEST_WAIT)
    assert waits == sorted(waits)
    assert waits[3] == pytest.approx(2 * waits[2])
