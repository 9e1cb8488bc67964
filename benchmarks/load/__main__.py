"""Plays listeners at the store and at the running app, and writes the page on capacity.

python -m benchmarks.load              # some seven minutes, as `make load`
python -m benchmarks.load --sessions 40 80 --seconds 60
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load.at_app import AppLoad, Others, app_load
from benchmarks.load.at_store import store_load
from benchmarks.load.page import KEPT, PAGE, TARGET, machine, page
from survey_db.store import Store
from tests.attack.visitor import Server, running_server
from tests.browser.listener import SLUG, make_store
from tests.survey_db.postgres import postgres_in

N_STORE_LISTENERS, STORE_PAUSE = 300, 8.0
SESSIONS = (20, 40, 80)
LEAST_SESSIONS = 40
"""Played in any case, however slow the server is."""

PACE = 2.5

COMPOSERS = Others(composing=6, seconds=120)
N_BESIDE = 10
"""Listeners who are played alone, and then beside those composers."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser("python -m benchmarks.load", description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=N_STORE_LISTENERS, help="at the store (%(default)s)")
    parser.add_argument(
        "--sessions", type=int, nargs="+", default=SESSIONS, help="at the app, one load after the other"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="each load of the app (%(default)s)")
    parser.add_argument(
        "--others", type=int, default=2, help="who generate, and who classify, beside them (%(default)s)"
    )
    parser.add_argument("--out", type=Path, default=KEPT, help="where the figures go (%(default)s)")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes (%(default)s)")
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        found = {
            "machine": machine(),
            "store": stores(Path(folder), arguments.listeners),
            "app": apps(Path(folder), arguments.sessions, arguments.seconds, arguments.others),
            "beside": beside(Path(folder), 3 * arguments.seconds),
            "pause": STORE_PAUSE,
            "pace": PACE,
            "others": arguments.others,
            "composers": COMPOSERS.composing,
            "piece_seconds": COMPOSERS.seconds,
        }
    arguments.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    arguments.page.write_text(page(found), encoding="utf-8")
    loads = (*found["store"].values(), *found["app"], *found["beside"].values())
    failed = sum(load["n_lost"] + load["n_errors"] for load in loads)
    return 1 if failed else 0


def stores(folder: Path, n_listeners: int) -> dict[str, dict[str, float]]:
    """Play listeners at each kind of database: with rests, and then eight without any."""
    found = {}
    with ExitStack() as stack:
        kinds = {"SQLite": lambda name: f"sqlite:///{folder / name}.db"}
        try:
            # Answers outlive a power cut here, as they do in a study.
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="load-postgres-"))
            server = stack.enter_context(postgres_in(Path(home), durable=True))
        except pytest.skip.Exception as error:
            print(f"Without PostgreSQL: {error}", file=sys.stderr)
        else:
            kinds["PostgreSQL"] = lambda name: server.new_url()
        for kind, new_url in kinds.items():
            for name, count, pause in ((kind, n_listeners, STORE_PAUSE), (f"{kind}, no rests", 8, 0.0)):
                measures = store_load(new_url(name.replace(", ", " ")), count, pause)
                found[name] = measures.plain()
                print(f"{name}: {measures}", flush=True)
    return found


def apps(folder: Path, sessions: Sequence[int], seconds: float, n_others: int) -> list[dict[str, Any]]:
    """Play ever more listeners at one server, until it is too slow for them."""
    loads: list[AppLoad] = []
    others = Others(composing=n_others, classifying=n_others)
    with study_at_server(folder) as (server, store):
        for count in sessions:
            loads.append(app_load(server, store, SLUG, count, PACE, seconds, others))
            print(loads[-1], flush=True)
            if count >= LEAST_SESSIONS and loads[-1].answers.p95 > TARGET:
                break
    return [load.plain() for load in loads]


def beside(folder: Path, seconds: float) -> dict[str, dict[str, Any]]:
    """Play a few listeners at one server alone, and beside visitors who have long pieces composed."""
    found = {}
    with study_at_server(folder / "beside") as (server, store):
        for name, others in (("alone", Others()), ("beside composers", COMPOSERS)):
            load = app_load(server, store, SLUG, N_BESIDE, PACE, seconds, others)
            print(f"{name}: {load}", flush=True)
            found[name] = load.plain()
    return found


@contextmanager
def study_at_server(folder: Path) -> Iterator[tuple[Server, Store]]:
    """Run a server with an open study, whose workers are ready."""
    folder.mkdir(exist_ok=True)
    store = make_store(folder, practice=False, volume_check=False)
    with running_server(
        store, folder / "log", "--server.disconnectedSessionTTL", "5", GMN_STARTS_PER_HOUR="100000"
    ) as server:
        with server.visit("classify") as visitor:
            visitor.run()  # the workers are ready after this
        yield server, store
    store.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
