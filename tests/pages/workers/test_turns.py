"""Whose turn it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest

from pages.workers.errors import QueueFullError
from pages.workers.turns import Turns


@contextmanager
def line_of(turns: Turns, *visitors: str) -> Iterator[tuple[list[str], Callable[[], None]]]:
    """Have visitors ask one after the other; gives the order of their turns, and lets the next go."""
    order: list[str] = []
    gates = [Event() for _ in visitors]
    threads = ThreadPoolExecutor(len(visitors))
    held: list[Future[None]] = []

    def ask(visitor: str, gate: Event) -> None:
        with turns.take(visitor):
            order.append(f"{visitor}{gates.index(gate)}")
            gate.wait(20)

    for visitor, gate in zip(visitors, gates, strict=True):
        before = turns.n_waiting + turns.n_working
        held.append(threads.submit(ask, visitor, gate))
        wait_for(lambda before=before: turns.n_waiting + turns.n_working > before)

    def let_go() -> None:
        done = len(order)
        gates[int(order[-1][1:])].set()
        wait_for(lambda: len(order) > done or not turns.n_waiting)

    yield order, let_go
    for gate in gates:
        gate.set()
    threads.shutdown()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_whoever_asks_for_much_does_not_keep_others_waiting_for_all_of_it() -> None:
    turns = Turns(1, 10)
    with line_of(turns, "a", "a", "a", "b", "c") as (order, let_go):
        for _ in range(4):
            let_go()
        assert order == ["a0", "b3", "c4", "a1", "a2"]


def test_with_two_places_a_newcomer_comes_before_the_third_of_another() -> None:
    turns = Turns(2, 10)
    with line_of(turns, "a", "a", "a", "b") as (order, let_go):
        assert order == ["a0", "a1"]
        let_go()
        assert order == ["a0", "a1", "b3"]


def test_those_who_wait_learn_their_place_and_can_give_it_up() -> None:
    turns = Turns(1, 10)

    class ImpatientError(Exception):
        pass

    def give_up(ahead: int) -> None:
        raise ImpatientError(ahead)

    with line_of(turns, "a", "b", "b"):
        with pytest.raises(ImpatientError, match="1"), turns.take("c", give_up):
            pass
        with pytest.raises(ImpatientError, match="2"), turns.take("b", give_up):
            pass
        assert turns.n_waiting == 2


def test_too_many_are_refused() -> None:
    turns = Turns(1, 1)
    with line_of(turns, "a", "b"), pytest.raises(QueueFullError, match="in a few minutes"), turns.take("c"):
        pass
    with turns.take("c"):
        assert turns.n_working == 1
    assert turns.n_working == 0


def test_what_fails_gives_its_place_back() -> None:
    turns = Turns(1, 1)
    with pytest.raises(ZeroDivisionError), turns.take("a"):
        raise ZeroDivisionError
    with turns.take("b"):
        pass
