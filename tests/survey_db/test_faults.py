"""What the databases' faults become: each kind brought about in a real database, and got over."""

from __future__ import annotations

import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from survey_db import database
from survey_db.errors import (
    BusyError,
    ConflictError,
    DatabaseError,
    FullError,
    LostError,
    SurveyError,
    UnavailableError,
)
from survey_db.reporting.responses import read_responses
from survey_db.running.listening import AnswerOutcome
from survey_db.running.studies import NewStudy
from survey_db.schema import Study
from survey_db.store import Store, open_store
from tests.survey_db.material import begin, six_samples, state_of
from tests.survey_db.postgres import PostgresServer, fill, scratch_postgres, small_disk

MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for locks a moment only."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    monkeypatch.setattr("survey_db.transactions.BUSY_SECONDS", 1)


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server that these tests may stop."""
    with scratch_postgres() as server:
        yield server


def open_study(url: str) -> tuple[Store, str, str]:
    """Open a store with an open study and a listener at its first sample."""
    store = open_store(url)
    new = NewStudy(title="Faults", volume_check=False, require_full_hearing=False)
    slug = store.studies.create(new, six_samples(), open_now=True).slug
    return store, slug, begin(store, slug)


def answer(store: Store, slug: str, token: str, comment: str = "") -> AnswerOutcome:
    item = state_of(store, slug, token).item
    assert item is not None
    return store.listening.answer(token, item.sample_id, guess="rock", rating=item.position, comment=comment)


def ratings(store: Store, slug: str) -> list[int]:
    """What is stored, of every listener."""
    found: list[int] = read_responses(store, store.studies.get(slug).id)["rating"].tolist()
    return found


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'survey.db'}"


def test_a_busy_sqlite_file_is_reported_and_got_over(tmp_path: Path) -> None:
    store, slug, token = open_study(sqlite_url(tmp_path))
    with sqlite3.connect(tmp_path / "survey.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match=r"is busy; please try again"):
            answer(store, slug, token)
        other.execute("ROLLBACK")
    other.close()
    assert answer(store, slug, token) is AnswerOutcome.STORED
    assert ratings(store, slug) == [1]


def test_a_locked_row_of_postgresql_is_reported_and_got_over(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_url()
    store, slug, token = open_study(url)
    with psycopg.connect(url) as other:
        other.execute("SELECT * FROM listener FOR UPDATE")
        with pytest.raises(BusyError, match=r"is busy; please try again"):
            answer(store, slug, token)
    assert answer(store, slug, token) is AnswerOutcome.STORED
    assert ratings(store, slug) == [1]
    store.engine.dispose()


def test_a_pool_without_a_free_connection_is_busy(tmp_path: Path) -> None:
    store, slug, _ = open_study(sqlite_url(tmp_path))
    held = [store.engine.connect() for _ in range(15)]
    with pytest.raises(BusyError):
        store.studies.get(slug)
    for connection in held:
        connection.close()
    assert store.studies.get(slug).slug == slug


def test_an_sqlite_folder_that_vanished_is_reported_and_got_over(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    store, slug, token = open_study(sqlite_url(folder))
    store.engine.dispose()
    folder.rename(tmp_path / "unplugged")
    with pytest.raises(LostError, match="cannot be reached"):
        answer(store, slug, token)
    (tmp_path / "unplugged").rename(folder)
    assert answer(store, slug, token) is AnswerOutcome.STORED
    assert ratings(store, slug) == [1]


def test_a_postgresql_that_was_stopped_is_reported_and_got_over(own_server: PostgresServer) -> None:
    store, slug, token = open_study(own_server.new_url())
    assert answer(store, slug, token) is AnswerOutcome.STORED
    item = state_of(store, slug, token).item
    assert item is not None
    own_server.stop()
    for _ in range(2):  # a connection that breaks, and one that cannot be made
        with pytest.raises(LostError, match="cannot be reached"):
            store.listening.answer(token, item.sample_id, guess="rock", rating=2)
        with pytest.raises(LostError, match="cannot be reached"):
            store.listening.state(slug, token)
    own_server.start()
    assert store.listening.answer(token, item.sample_id, guess="rock", rating=2) is AnswerOutcome.STORED
    assert ratings(store, slug) == [1, 2]
    store.engine.dispose()


def test_a_session_that_the_server_ended_under_a_transaction_is_reported(own_server: PostgresServer) -> None:
    store, slug, _ = open_study(own_server.new_url())

    def cut_off() -> None:
        with store.writing() as session:
            study = session.get_one(Study, store.studies.get(slug).id)
            own_server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname LIKE 'survey%'"
            )
            study.title = "Changed"

    with pytest.raises(LostError):
        cut_off()
    assert store.studies.get(slug).title == "Faults"
    store.engine.dispose()


def long_comment() -> str:
    """A comment that no database can pack smaller."""
    return secrets.token_urlsafe(1500)


def answer_until_full(store: Store, slug: str) -> set[tuple[str, int]]:
    """Answer at length until the disk is full; returns listener and position of what was acknowledged."""
    acknowledged: set[tuple[str, int]] = set()

    def go_on() -> None:
        while len(acknowledged) < 5000:
            token = begin(store, slug)
            name = state_of(store, slug, token).listener.short_id
            for position in range(1, 7):
                answer(store, slug, token, comment=long_comment())
                acknowledged.add((name, position))

    with pytest.raises(FullError, match="disk of the survey’s database is full"):
        go_on()
    return acknowledged


def stored(store: Store, slug: str) -> set[tuple[str, int]]:
    frame = read_responses(store, store.studies.get(slug).id)
    return set(zip(frame["listener"], frame["position"], strict=True))


def check_a_full_disk(store: Store, slug: str, make_room: Callable[[], None]) -> None:
    acknowledged = answer_until_full(store, slug)
    assert len(acknowledged) > 5
    assert stored(store, slug) == acknowledged
    make_room()
    token = begin(store, slug)
    assert answer(store, slug, token, comment=long_comment()) is AnswerOutcome.STORED
    name = state_of(store, slug, token).listener.short_id
    assert stored(store, slug) == acknowledged | {(name, 1)}


def test_a_full_disk_under_sqlite_loses_no_acknowledged_answer(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        store, slug, _ = open_study(sqlite_url(disk))
        filler = fill(disk, leave=MEGABYTE // 4)
        check_a_full_disk(store, slug, filler.unlink)
        store.engine.dispose()


def test_an_sqlite_file_at_its_largest_loses_no_acknowledged_answer(tmp_path: Path) -> None:
    store, slug, _ = open_study(sqlite_url(tmp_path))
    limit = "PRAGMA max_page_count"

    def set_limit(pages: int) -> None:
        store.engine.dispose()
        event.listen(store.engine, "connect", lambda connection, _: connection.execute(f"{limit} = {pages}"))

    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    set_limit(pages + 50)
    check_a_full_disk(store, slug, lambda: set_limit(2**30))


def test_a_full_disk_under_postgresql_loses_no_acknowledged_answer(own_server: PostgresServer) -> None:
    with tempfile.TemporaryDirectory(prefix="survey-disk-") as folder, small_disk(Path(folder), 20) as disk:
        place = disk / "space"
        place.mkdir()
        for owned in (Path(folder), disk, place):
            own_server.give(owned)
        own_server.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        store, slug, _ = open_study(own_server.new_url("TABLESPACE small"))
        filler = fill(disk, leave=MEGABYTE // 4)
        try:
            check_a_full_disk(store, slug, filler.unlink)
        finally:
            store.engine.dispose()
            name = store.engine.url.database
            own_server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            own_server.execute("DROP TABLESPACE small")


def test_a_row_that_breaks_a_rule_is_a_conflict_and_no_passing_fault(tmp_path: Path) -> None:
    store, slug, _ = open_study(sqlite_url(tmp_path))

    def break_it() -> None:
        with store.writing() as session:
            session.get_one(Study, store.studies.get(slug).id).status = "forgotten"

    with pytest.raises(ConflictError, match="breaks a rule of the survey") as caught:
        break_it()
    assert not isinstance(caught.value, UnavailableError)
    assert "forgotten" not in str(caught.value)


def test_a_file_damaged_under_the_store_is_an_error_that_waiting_does_not_mend(tmp_path: Path) -> None:
    store, slug, token = open_study(sqlite_url(tmp_path))
    store.engine.dispose()
    (tmp_path / "survey.db").write_bytes(b"Dear listener, this is no database. " * 1000)
    with pytest.raises(DatabaseError, match="log says why") as caught:
        answer(store, slug, token)
    assert not isinstance(caught.value, UnavailableError)


def test_every_error_of_a_database_is_one_of_the_survey() -> None:
    assert issubclass(UnavailableError, SurveyError)
    for kind in (LostError, BusyError, FullError):
        assert issubclass(kind, UnavailableError)


WRITER = """
import sys, time
from survey_db.errors import UnavailableError
from survey_db.running.listening import new_token
from survey_db.store import open_store

store, slug = open_store(sys.argv[1]), sys.argv[2]

def insist(request):
    while True:
        try:
            return request()
        except UnavailableError:
            time.sleep(0.05)

while True:
    token = new_token()
    insist(lambda: store.listening.start(slug, token))
    name = insist(lambda: store.listening.state(slug, token)).listener.short_id
    while (item := insist(lambda: store.listening.state(slug, token)).item) is not None:
        insist(lambda: store.listening.answer(token, item.sample_id, guess="rock", rating=5))
        print(name, item.position, flush=True)
"""


def write_until_killed(url: str, slug: str, disturb: Callable[[], None]) -> set[tuple[str, int]]:
    """Have two servers answer, disturb and then kill them; returns what they saw acknowledged."""
    command = [sys.executable, "-c", WRITER, url, slug]
    servers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for server in servers:
            assert server.stdout is not None
            server.stdout.readline()
        time.sleep(0.5)
        disturb()
        time.sleep(0.5)
    finally:
        for server in servers:
            server.kill()
    lines = [line.split() for server in servers for line in server.communicate(timeout=30)[0].splitlines()]
    return {(name, int(position)) for name, position in (line for line in lines if len(line) == 2)}


def test_no_acknowledged_answer_is_lost_when_servers_are_killed(tmp_path: Path) -> None:
    store, slug, _ = open_study(sqlite_url(tmp_path))
    acknowledged = write_until_killed(sqlite_url(tmp_path), slug, lambda: None)
    assert acknowledged
    assert acknowledged <= stored(store, slug)


def test_no_acknowledged_answer_is_lost_or_doubled_when_postgresql_is_stopped_under_them(
    own_server: PostgresServer,
) -> None:
    url = own_server.new_url()
    store, slug, _ = open_study(url)

    def stop_and_start() -> None:
        own_server.stop()
        time.sleep(0.3)
        own_server.start()
        store.engine.dispose()

    acknowledged = write_until_killed(url, slug, stop_and_start)
    assert acknowledged
    frame = read_responses(store, store.studies.get(slug).id)
    assert acknowledged <= set(zip(frame["listener"], frame["position"], strict=True))
    assert not frame.duplicated(["listener", "position"]).any()
    complete = frame.groupby("listener")["position"].apply(list)
    assert all(positions == list(range(1, len(positions) + 1)) for positions in complete)
    store.engine.dispose()
