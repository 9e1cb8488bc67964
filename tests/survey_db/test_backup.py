"""Backups of both kinds of database, made while listeners answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy.engine import make_url

from survey_db.backup import back_up, restore
from survey_db.database import database_url
from survey_db.errors import DatabaseError
from survey_db.reporting.responses import read_responses
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.survey_db.conftest import new_url
from tests.survey_db.material import Clock, begin, finish, six_samples


@pytest.fixture
def fresh_url(request: pytest.FixtureRequest, empty_url: str, tmp_path: Path) -> str:
    """Another empty database of the same kind."""
    return new_url(request, "sqlite" if empty_url.startswith("sqlite") else "postgresql", tmp_path / "new")


def study_in(url: str) -> tuple[Store, str]:
    store = open_store(url)
    store.clock = Clock()
    new = NewStudy(title="A study", volume_check=False, require_full_hearing=False)
    return store, store.studies.create(new, six_samples(), open_now=True).slug


def n_answers(store: Store, slug: str) -> int:
    return len(read_responses(store, store.studies.get(slug).id))


def while_listeners_answer(store: Store, slug: str, act: Callable[[], None]) -> int:
    """Act while three listeners after another answer; returns how many answers there were before."""
    stop, faults = Event(), list[Exception]()

    def answer() -> None:
        try:
            while not stop.is_set():
                finish(store, slug, begin(store, slug))
        except Exception as error:
            faults.append(error)

    threads = [Thread(target=answer) for _ in range(3)]
    for thread in threads:
        thread.start()
    while n_answers(store, slug) < 12 and not faults:
        time.sleep(0.05)
    before = n_answers(store, slug)
    act()
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults
    return before


def test_a_backup_under_load_holds_every_answer_that_was_stored_before(
    empty_url: str, fresh_url: str, tmp_path: Path
) -> None:
    store, slug = study_in(empty_url)
    file = tmp_path / "backup"
    before = while_listeners_answer(store, slug, lambda: back_up(database_url(empty_url), file))
    restore(file, database_url(fresh_url))
    restored = open_store(fresh_url)
    restored.clock = store.clock
    assert before <= n_answers(restored, slug) <= n_answers(store, slug)
    first = restored.samples.all(slug)[0].media.sha256
    assert restored.samples.audio(first) == store.samples.audio(first)
    finish(restored, slug, begin(restored, slug))  # listeners go on there
    for each in (store, restored):
        each.engine.dispose()


def test_what_is_there_is_never_written_over(empty_url: str, fresh_url: str, tmp_path: Path) -> None:
    store, slug = study_in(empty_url)
    file = tmp_path / "backup"
    back_up(database_url(empty_url), file)
    content = file.read_bytes()
    with pytest.raises(DatabaseError, match="exists already"):
        back_up(database_url(empty_url), file)
    with pytest.raises(DatabaseError, match=r"exists already|not empty"):
        restore(file, database_url(empty_url))
    assert file.read_bytes() == content
    assert store.studies.get(slug).title == "A study"
    store.engine.dispose()


def test_a_file_that_is_no_backup_is_refused(fresh_url: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a backup")
    with pytest.raises(DatabaseError, match="is no backup of"):
        restore(file, database_url(fresh_url))
    with pytest.raises(DatabaseError, match="cannot be read"):
        restore(tmp_path / "absent", database_url(fresh_url))


def test_a_database_that_does_not_answer_leaves_no_half_file(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with pytest.raises(DatabaseError, match="pg_dump could not do it"):
        back_up(make_url("postgresql+psycopg://nobody:secret@127.0.0.1:9/none"), file)
    with pytest.raises(DatabaseError, match="There is no database"):
        back_up(database_url(f"sqlite:///{tmp_path / 'absent.db'}"), file)
    assert list(tmp_path.iterdir()) == []


def test_without_its_programs_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DatabaseError, match="apt-get install postgresql-client"):
        back_up(make_url("postgresql+psycopg://nobody@127.0.0.1:9/none"), tmp_path / "backup")
