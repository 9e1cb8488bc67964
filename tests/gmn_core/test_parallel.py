import threading
from collections.abc import Iterator

import pytest

from gmn_core import parallel
from gmn_core.parallel import side_by_side, worked_ahead


def test_results_come_in_order_though_they_are_worked_on_together() -> None:
    together = threading.Barrier(2, timeout=30)  # breaks unless two are worked on at the same time

    def square(number: int) -> int:
        together.wait()
        return number**2

    assert list(worked_ahead(square, range(6), at_once=2)) == [0, 1, 4, 9, 16, 25]


def test_no_more_is_taken_than_is_worked_on() -> None:
    taken = []

    def numbers() -> Iterator[int]:
        for number in range(9):
            taken.append(number)
            yield number

    results = worked_ahead(abs, numbers(), at_once=2)
    assert next(results) == 0
    assert taken == [0, 1, 2]
    results.close()
    assert taken == [0, 1, 2]


def test_who_breaks_off_does_not_wait_for_the_rest() -> None:
    let_go, ended = threading.Event(), threading.Event()

    def wait(number: int) -> int:
        if number:
            assert let_go.wait(30)
            ended.set()
        return number

    results = worked_ahead(wait, range(9), at_once=2)
    assert next(results) == 0
    results.close()
    assert not ended.is_set()
    let_go.set()
    assert ended.wait(30)


def test_what_goes_wrong_is_raised_where_the_result_is_taken() -> None:
    results = worked_ahead(lambda number: 1 / number, [1, 0, 2], at_once=2)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_what_stops_the_arguments_stops_the_work() -> None:
    def cancelled() -> Iterator[int]:
        yield 1
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError, match="cancelled"):
        list(worked_ahead(abs, cancelled()))


def test_two_pieces_of_work_are_done_at_once_unless_processes_share_the_processors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = threading.Barrier(2, timeout=30)
    assert side_by_side(lambda: together.wait() < 2, lambda: together.wait() < 2) == (True, True)
    monkeypatch.setattr(parallel, "N_THREADS", 1)
    here = threading.get_ident()
    assert side_by_side(threading.get_ident, threading.get_ident) == (here, here)
