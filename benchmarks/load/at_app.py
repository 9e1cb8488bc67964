"""Listeners, and others beside them, over the running app's own websocket: what a server carries."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psutil

from benchmarks.load.at_store import stored_answers
from benchmarks.load.measures import Measures, measure
from survey_db.store import Store
from tests.attack.visitor import Server, Visitor
from tests.browser.listener import SECONDS

_GUESSES = ("Blues", "Jazz", "Rock")
_PATIENCE = 60.0
_AGAIN = 0.1


@dataclass(frozen=True)
class Others:
    """Who else uses the app meanwhile.

    Parameters
    ----------
    composing, classifying : int
        Visitors who have one piece after the other composed, and one recording after the other classified.
    seconds : int
        Length of a piece.
    rest : float
        Seconds that each rests in between.
    """

    composing: int = 0
    classifying: int = 0
    seconds: int = 30
    rest: float = 0.1


@dataclass
class Listened:
    """What the listeners noted."""

    waits: list[float] = field(default_factory=list)
    runs: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AppLoad:
    """How a server fared.

    Parameters
    ----------
    answers : Measures
        Of what the listeners did.
    runs_per_second : float
        How often listeners' pages ran.
    n_generated, n_classified : int
        What others had done meanwhile.
    errors : tuple of str
        What failed, of whomever.
    processor : float
        Share of one processor that the web process took.
    memory_mb : float
        Its memory at the end.
    player : float
        Share of one processor that playing the listeners took.
    """

    answers: Measures
    runs_per_second: float
    n_generated: int
    n_classified: int
    processor: float
    memory_mb: float
    player: float
    errors: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            **self.answers.plain(),
            "runs_per_second": self.runs_per_second,
            "n_generated": self.n_generated,
            "n_classified": self.n_classified,
            "processor": self.processor,
            "memory_mb": self.memory_mb,
            "player": self.player,
            **({"errors": list(self.errors)} if self.errors else {}),
        }


def app_load(
    server: Server,
    store: Store,
    slug: str,
    n_sessions: int,
    pace: float,
    seconds: float,
    others: Others,
) -> AppLoad:
    """Have listeners take part for some time, one study after the other, while others use the app.

    Parameters
    ----------
    server : Server
        The app.
    store : Store
        Its database.
    slug : str
        An open study whose clips have to be heard.
    n_sessions : int
        Listeners who are connected at the same time.
    pace : float
        Seconds between two clicks of one listener, on average; no less than a clip lasts.
    seconds : float
        For how long.
    others : Others
        Who else uses it.
    """
    before = stored_answers(store)
    web = psutil.Process(server.process.pid)
    noted, made = Listened(), [0, 0]
    everybody_in = threading.Barrier(n_sessions + 1)
    stop = threading.Event()
    with ThreadPoolExecutor(n_sessions + others.composing + others.classifying) as visitors:
        listeners = [
            visitors.submit(_listen, server, slug, number, pace, everybody_in, stop, noted)
            for number in range(n_sessions)
        ]
        everybody_in.wait(timeout=300)
        noted.runs = 0
        busy = [
            visitors.submit(work, server, number, others, stop, made, noted)
            for work, count in ((_generate, others.composing), (_classify, others.classifying))
            for number in range(count)
        ]
        began, used, played = time.perf_counter(), _processor_seconds(web), time.process_time()
        time.sleep(seconds)
        stop.set()
        for each in listeners:
            each.result()
        taken, used = time.perf_counter() - began, _processor_seconds(web) - used
        memory, played = web.memory_info().rss / 2**20, time.process_time() - played
        for each in busy:
            each.result()
    stored = stored_answers(store) - before
    answers = measure(n_sessions, noted.waits, stored, len(noted.errors), taken)
    return AppLoad(
        answers,
        noted.runs / taken,
        made[0],
        made[1],
        used / taken,
        memory,
        played / taken,
        tuple(noted.errors),
    )


def _processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _listen(
    server: Server,
    slug: str,
    number: int,
    pace: float,
    everybody_in: threading.Barrier,
    stop: threading.Event,
    noted: Listened,
) -> None:
    """Take part again and again, until it is over."""
    chance = random.Random(number)
    address = f"198.51.{number // 250}.{number % 250 + 1}"
    waited = False
    try:
        while not stop.is_set():
            with server.visit("survey", f"study={slug}", address=address) as visitor:
                visitor.run()
                if not waited:
                    everybody_in.wait(timeout=300)
                    waited = True
                stop.wait(pace * chance.random())
                visitor.give(next(w.label for w in visitor.widgets if w.kind == "checkbox"), bool_value=True)
                visitor.run()
                visitor.press("Begin")
                while not stop.is_set() and _answer(visitor, pace, chance, stop, noted):
                    pass
    except Exception as error:  # counted, whatever it is
        noted.errors.append(repr(error))
        everybody_in.abort()


def _answer(
    visitor: Visitor, pace: float, chance: random.Random, stop: threading.Event, noted: Listened
) -> bool:
    """Hear and answer the clip on show; return whether there was one."""
    place = _place(visitor)
    if place is None:
        return False
    player = next(widget.id for widget in visitor.widgets if "-player-" in widget.id)
    guess, rating = (widget.id for widget in visitor.widgets if widget.kind == "button_group")
    heard = {"hearing": {"intervals": [[0, SECONDS]], "ended": True}}
    visitor.values = {}
    for widget, value in (
        (player, {"json_value": json.dumps(heard)}),
        (guess, {"string_array_value": {"data": [chance.choice(_GUESSES)]}}),
        (rating, {"string_array_value": {"data": [str(chance.randint(1, 10))]}}),
    ):
        if stop.wait(pace * chance.uniform(0.8, 1.2)):
            return False
        visitor.values[widget] = value
        visitor.run()
        noted.runs += 1
    if stop.wait(pace * chance.uniform(0.8, 1.2)):
        return False
    go_on = next((w.label for w in visitor.widgets if w.label in ("Next", "Finish")), None)
    began = time.perf_counter()
    if go_on is None:  # the page waits for the database
        visitor.run()
        return True
    visitor.press(go_on)
    noted.runs += 1
    while _place(visitor) == place and time.perf_counter() - began < _PATIENCE:
        time.sleep(_AGAIN)
        visitor.run()
    if _place(visitor) == place:
        noted.errors.append("an answer was not taken")
    else:
        noted.waits.append(time.perf_counter() - began)
    return True


def _place(visitor: Visitor) -> str | None:
    """Return which clip is on show."""
    return next((text for text in visitor.texts if re.fullmatch(r"Clip \d+ of \d+", text)), None)


def _generate(
    server: Server, number: int, others: Others, stop: threading.Event, made: list[int], noted: Listened
) -> None:
    """Have one piece after the other composed and played, each by a new visitor from elsewhere."""
    seed = 10_000 * (number + 1) + int(time.time()) % 10_000
    while not stop.wait(others.rest):
        seed += 1
        query = f"genre=Jazz&seed={seed}&seconds={others.seconds}&play=1"
        try:
            with server.visit("generate", query, address=f"203.0.113.{number % 250 + 1}") as visitor:
                visitor.run()
                if not visitor.shows("MIDI as played"):
                    raise AssertionError("nothing was composed")
            made[0] += 1
        except Exception as error:  # counted, whatever it is
            noted.errors.append(f"a piece: {error!r}")


def _classify(
    server: Server, number: int, others: Others, stop: threading.Event, made: list[int], noted: Listened
) -> None:
    """Have the example recording classified by all classifiers, each time by a new visitor."""
    while not stop.wait(others.rest):
        try:
            with server.visit("classify") as visitor:
                visitor.run()
                visitor.give("Where is the music?", string_array_value={"data": ["Example"]})
                visitor.run()
                if not visitor.shows("Each classifier's answer"):
                    raise AssertionError("nothing was classified")
            made[1] += 1
        except Exception as error:  # counted, whatever it is
            noted.errors.append(f"a recording: {error!r}")
