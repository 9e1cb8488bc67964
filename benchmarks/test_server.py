"""The running app over its own websocket: its start, listeners' clicks, and its memory under mixed use."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.attack.visitor import Server, running_server
from tests.survey_db.material import SIX_GENRES, six_samples

N_LISTENERS, N_CLIPS = 10, 6
N_SESSIONS, N_GENERATIONS, N_CLASSIFICATIONS = 20, 50, 100
GENERATE = "genre=Jazz&seed={}&seconds=10&play=1"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('survey') / 'survey.db'}")
    new = NewStudy(title="A study", volume_check=False, require_full_hearing=False)
    store.studies.create(new, six_samples(SIX_GENRES), open_now=True)
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def server(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    with running_server(store, log, "--server.disconnectedSessionTTL", "1", GMN_STARTS_PER_HOUR="1000") as it:
        yield it


def listen(server: Server, store: Store, number: int, waits: list[float]) -> None:
    """Take part from consent to the end; notes how long each click took until the next screen was there."""
    slug = store.studies.all()[0].slug
    with server.visit("survey", f"study={slug}", address=f"192.0.2.{number % 250 + 1}") as visitor:
        visitor.run()
        visitor.give(next(w.label for w in visitor.widgets if w.kind == "checkbox"), bool_value=True)
        visitor.run()
        visitor.press("Begin")
        for position in range(1, N_CLIPS + 1):
            assert visitor.shows(f"Clip {position} of {N_CLIPS}")
            guess, rating = (widget.id for widget in visitor.widgets if widget.kind == "button_group")
            visitor.values = {
                guess: {"string_array_value": {"data": ["Jazz"]}},
                rating: {"string_array_value": {"data": ["5"]}},
            }
            visitor.run()
            began = time.perf_counter()
            visitor.press("Next" if position < N_CLIPS else "Finish")
            waits.append(time.perf_counter() - began)
        assert visitor.shows("Thank you")


def generate(server: Server, seed: int) -> None:
    with server.visit("generate", GENERATE.format(seed)) as visitor:
        visitor.run()


def classify(server: Server) -> None:
    with server.visit("classify") as visitor:
        visitor.run()
        visitor.give("Where is the music?", string_array_value={"data": ["Example"]})
        visitor.run()
        assert visitor.shows("Each classifier's answer")


def memory_mb(server: Server) -> float:
    """Memory of the web process alone."""
    return float(psutil.Process(server.process.pid).memory_info().rss / 2**20)


def note_waits(benchmark: Any, work: str, waits: list[float], target: float | None) -> None:
    cuts = statistics.quantiles(waits, n=20)
    benchmark.extra_info.update(work=work, p50=statistics.median(waits), p95=cuts[-1], p95_target=target)


@pytest.mark.parametrize("others", [False, True], ids=["alone", "beside generation"])
def test_listeners(benchmark: Any, server: Server, store: Store, others: bool) -> None:
    """Ten listeners at once, who click without a pause, as nobody does."""
    waits: list[float] = []

    def all_listen() -> None:
        with ThreadPoolExecutor(N_LISTENERS + 2) as visitors:
            busy = [visitors.submit(generate, server, 1000 + n) for n in range(2 if others else 0)]
            list(visitors.map(lambda n: listen(server, store, n, waits), range(N_LISTENERS)))
            for each in busy:
                each.result()

    listen(server, store, 0, [])
    benchmark.pedantic(all_listen, rounds=1)
    beside = ", two visitors generate" if others else ""
    note_waits(benchmark, f"Next to the next screen, {N_LISTENERS} listeners at once{beside}", waits, 0.3)


def test_one_listener(benchmark: Any, server: Server, store: Store) -> None:
    waits: list[float] = []
    benchmark.pedantic(lambda: listen(server, store, 0, waits), rounds=3, warmup_rounds=1)
    note_waits(benchmark, "Next to the next screen, one listener", waits, 0.3)


def test_start(benchmark: Any, store: Store, tmp_path: Path) -> None:
    """From the command to the first page that a browser could paint."""
    taken: list[float] = []

    def start() -> None:
        began = time.perf_counter()
        with running_server(store, tmp_path / "log") as server, server.visit() as visitor:
            visitor.run()
            taken.append(time.perf_counter() - began)

    benchmark.pedantic(start, rounds=3)
    benchmark.extra_info.update(
        work="`make app`, installed, to the first page sent", first=statistics.median(taken), first_target=2.5
    )


def test_memory(benchmark: Any, server: Server, store: Store) -> None:
    """Mixed use in two halves; the second may add little."""
    marks: list[float] = []

    def use() -> None:
        for half in range(2):
            with ThreadPoolExecutor(4) as visitors:
                seeds = range(half * N_GENERATIONS // 2, (half + 1) * N_GENERATIONS // 2)
                jobs = [visitors.submit(generate, server, 5000 + seed) for seed in seeds]
                jobs += [visitors.submit(classify, server) for _ in range(N_CLASSIFICATIONS // 2)]
                jobs += [
                    visitors.submit(listen, server, store, number, []) for number in range(N_SESSIONS // 2)
                ]
                for job in jobs:
                    job.result()
            time.sleep(12)  # who has left is let go every ten seconds
            marks.append(memory_mb(server))

    benchmark.pedantic(use, rounds=1)
    benchmark.extra_info.update(
        work=(
            f"web process after {N_CLASSIFICATIONS} recordings, {N_GENERATIONS} pieces (each judged) "
            f"and {N_SESSIONS} listeners"
        ),
        memory=round(marks[1]),
        memory_target=700,
        growth=marks[1] / marks[0] - 1,
        growth_target=0.05,
    )
