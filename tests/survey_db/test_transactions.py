"""Transactions are short, and a change that another server forestalled is made anew."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey_db import database
from survey_db.errors import BusyError, ConflictError
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.schema import Study
from survey_db.store import Store, open_store
from survey_db.transactions import ATTEMPTS
from tests.survey_db.material import begin, state_of, tone


def in_parallel(works: list[Callable[[], object]]) -> list[object]:
    """Run works in threads that set off together; returns what each gave or raised."""
    results: list[object] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = works[number]()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_answers_go_on_while_a_study_of_40_clips_is_made(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Less than the clips take to be measured, more than it takes to store them.
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    monkeypatch.setattr("survey_db.transactions.BUSY_SECONDS", 1)
    store = open_store(empty_url)
    few = [NewSample(audio=tone(300 + 50 * place), intended_genre="rock") for place in range(6)]
    slug = store.studies.create(
        NewStudy(title="Now", volume_check=False, require_full_hearing=False), few, open_now=True
    ).slug
    many = [NewSample(audio=tone(300 + 20 * place, seconds=8), intended_genre="rock") for place in range(40)]
    held: list[float] = []
    maker: list[threading.Thread] = []

    @event.listens_for(store.engine, "begin")
    def began(connection: object) -> None:
        if threading.current_thread() in maker:
            held.append(-time.monotonic())

    @event.listens_for(store.engine, "commit")
    def ended(connection: object) -> None:
        if threading.current_thread() in maker:
            held[-1] += time.monotonic()

    def make() -> None:
        maker.append(threading.current_thread())
        store.studies.create(NewStudy(title="Forty", slug="forty"), many, open_now=True)

    made = threading.Thread(target=make)
    began_at = time.monotonic()
    made.start()
    answers = 0
    while made.is_alive():
        token = begin(store, slug)
        while (item := state_of(store, slug, token).item) is not None:
            store.listening.answer(token, item.sample_id, guess="rock", rating=5)
            answers += 1
    made.join()
    took = time.monotonic() - began_at
    assert len(store.samples.all("forty")) == 40
    assert answers > 6
    (writing,) = [seconds for seconds in held if seconds > 0]
    assert writing < took / 2, "most of the time is taken outside the transaction"
    store.engine.dispose()


def test_studies_made_together_under_one_title_get_names_of_their_own(store: Store) -> None:
    sample = NewSample(audio=tone(444), intended_genre="rock")
    works = [lambda: store.studies.create(NewStudy(title="At once"), [sample]).slug] * ATTEMPTS
    names = [f"at-once{suffix}" for suffix in ("", *(f"-{number}" for number in range(2, ATTEMPTS + 1)))]
    assert sorted(map(str, in_parallel(works))) == names


def test_a_change_that_conflicts_each_time_is_given_up(store: Store, make_study: Callable[..., str]) -> None:
    slug, tries = make_study(), []

    def change(session: Session) -> None:
        tries.append(slug)
        session.get_one(Study, store.studies.get(slug).id).status = "forgotten"

    with pytest.raises(ConflictError):
        store.write(change)
    assert len(tries) == ATTEMPTS
    assert store.studies.get(slug).status == "open"


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'survey.db'}")
    yield store
    store.engine.dispose()


def test_who_writes_to_sqlite_waits_for_others_of_this_process_without_asking_it(sqlite: Store) -> None:
    begun: list[str] = []
    event.listen(sqlite.engine, "begin", lambda connection: begun.append(threading.current_thread().name))

    def write() -> None:
        with sqlite.writing() as session:
            session.connection()

    second = threading.Thread(target=write, name="second")
    with sqlite.writing() as session:
        session.connection()
        second.start()
        second.join(0.3)
        assert second.is_alive()
        assert "second" not in begun
    second.join()
    assert begun[-1] == "second"


def test_who_cannot_write_to_sqlite_in_time_is_told_so(
    sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_db.transactions.BUSY_SECONDS", 0.05)
    told: list[BusyError] = []

    def write() -> None:
        try:
            with sqlite.writing():
                pass
        except BusyError as error:
            told.append(error)

    second = threading.Thread(target=write)
    with sqlite.writing():
        second.start()
        second.join()
    assert [str(error) for error in told] == ["The survey’s database is busy; please try again in a moment."]
