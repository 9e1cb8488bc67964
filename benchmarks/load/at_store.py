"""Listeners who go through a whole study at the store, without the app: what the database carries."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sqlalchemy import func, select

from benchmarks.load.measures import Measures, measure
from survey_db.errors import BusyError
from survey_db.running.listener_state import Item, Step
from survey_db.running.listening import AnswerOutcome, new_token
from survey_db.running.studies import NewStudy
from survey_db.schema import Response
from survey_db.store import Store, open_store
from tests.survey_db.material import SIX_GENRES, six_samples

N_PROCESSES = 8
_ATTEMPTS = 5

T = TypeVar("T")


@dataclass
class Played:
    """What the listeners of one process noted."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    begun: float = 0.0
    ended: float = 0.0


def store_load(url: str, n_listeners: int, pause: float, n_processes: int = N_PROCESSES) -> Measures:
    """Have listeners take part at the same time, from several processes as from several servers.

    Parameters
    ----------
    url : str
        An empty database.
    n_listeners : int
        How many there are, each from consent to the last answer.
    pause : float
        Seconds that each rests before an answer, on average; by half more or less.
    n_processes : int
        Processes that they are spread over.
    """
    store = open_store(url)
    new = NewStudy(title="A study", volume_check=False, require_full_hearing=False)
    slug = store.studies.create(new, six_samples(SIX_GENRES), open_now=True).slug
    shares = [n_listeners // n_processes + (n < n_listeners % n_processes) for n in range(n_processes)]
    start = time.time() + 3  # each process needs a moment to load
    with ProcessPoolExecutor(n_processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [
            pool.submit(play, url, slug, share, pause, start, seed)
            for seed, share in enumerate(shares)
            if share
        ]
        played = [job.result() for job in jobs]
    waits = [wait for each in played for wait in each.waits]
    errors = [error for each in played for error in each.errors]
    seconds = max(each.ended for each in played) - min(each.begun for each in played)
    n_stored = stored_answers(store)
    store.engine.dispose()
    return measure(n_listeners, waits, n_stored, len(errors), seconds)


def stored_answers(store: Store) -> int:
    """Return how many answers a database has."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


def play(url: str, slug: str, n_listeners: int, pause: float, start: float, seed: int) -> Played:
    """Have some of the listeners take part, each in a thread."""
    store = open_store(url)
    noted = Played()
    threads = [
        threading.Thread(target=_take_part, args=(store, slug, pause, random.Random(f"{seed} {n}"), noted))
        for n in range(n_listeners)
    ]
    time.sleep(max(0.0, start - time.time()))
    noted.begun = time.time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    noted.ended = time.time()
    store.engine.dispose()
    return noted


def _take_part(store: Store, slug: str, pause: float, chance: random.Random, noted: Played) -> None:
    """Take part from consent to the end; what a click on Next does to the database is what is timed."""
    token = new_token()
    try:
        time.sleep(pause * chance.random())
        _until_free(lambda: store.listening.start(slug, token))
        state = store.listening.state(slug, token)
        while state is not None and state.step is Step.SAMPLE and state.item is not None:
            item = state.item
            _until_free(partial(store.listening.show, token, item.sample_id))
            time.sleep(pause * chance.uniform(0.5, 1.5))
            began = time.perf_counter()
            _until_free(partial(_hear, store, token, item))
            guess, rating = chance.choice(SIX_GENRES), chance.randint(1, 10)
            outcome = _until_free(
                partial(store.listening.answer, token, item.sample_id, guess=guess, rating=rating)
            )
            state = store.listening.state(slug, token)
            if outcome is AnswerOutcome.STORED:
                noted.waits.append(time.perf_counter() - began)
            else:
                noted.errors.append(str(outcome))
        if state is None or state.step is not Step.FINISHED:
            noted.errors.append("a listener did not come to the end")
    except Exception as error:  # counted, whatever it is
        noted.errors.append(repr(error))


def _hear(store: Store, token: str, item: Item) -> bool:
    return store.listening.hear(token, item.sample_id, [(0, item.seconds)], ended=True)


def _until_free(change: Callable[[], T]) -> T:
    """Make a change, again where the database was too busy for it, as the survey's page does."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return change()
        except BusyError:
            continue
    return change()
