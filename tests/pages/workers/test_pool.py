"""Work apart from the server: a crash, a hang or a bomb costs one request."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pages.workers.errors import CrashError, TooLongError
from pages.workers.pool import SIZE_NAME, WorkerPool, WorkLimits, default_size
from tests.conftest import ROOT
from tests.pages.workers import jobs


class Left(BaseException):
    """A visitor has left: Streamlit ends a run in such a way."""


def leave(share: float) -> None:
    raise Left


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """One worker."""
    pool = WorkerPool(1, WorkLimits(memory_bytes=2 * 2**30))
    yield pool
    pool.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline, "the worker lives on"
        time.sleep(0.05)


def test_work_is_done_in_another_process_that_is_kept_and_gives_way(pool: WorkerPool) -> None:
    assert os.getpid() != pool.do(jobs.where) == pool.do(jobs.where)
    assert pool.do(jobs.niceness) > os.nice(0)


def test_a_temporary_folder_that_is_tidied_ends_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pool = WorkerPool(1)
    try:
        for _ in range(2):
            assert pool.do(jobs.count_to, 1) == 1
            for file in tmp_path.glob("gmn-slate-*"):
                file.unlink()
    finally:
        pool.close()


def test_progress_is_told_while_the_work_goes_on(pool: WorkerPool) -> None:
    shares: list[float] = []
    assert pool.do(jobs.count_to, 10, on_progress=shares.append) == 10
    assert shares == sorted(shares)
    assert 0 < shares[-1] < 1


def test_an_error_of_the_work_is_that_of_the_caller_and_the_worker_stays(pool: WorkerPool) -> None:
    worker = pool.do(jobs.where)
    with pytest.raises(ValueError, match="no such genre"):
        pool.do(jobs.refuse)
    assert pool.do(jobs.where) == worker


def test_a_worker_that_is_killed_in_the_middle_costs_its_own_request_only(pool: WorkerPool) -> None:
    worker = pool.do(jobs.where)

    def kill(share: float) -> None:
        if is_alive(worker):
            os.kill(worker, signal.SIGKILL)

    with pytest.raises(CrashError, match="could not be finished"):
        pool.do(jobs.count_to, 600, on_progress=kill)
    assert pool.do(jobs.where) != worker
    with pytest.raises(CrashError):
        pool.do(jobs.die)
    assert pool.do(jobs.count_to, 1) == 1


def test_a_worker_that_ends_while_it_rests_is_replaced(pool: WorkerPool) -> None:
    worker = pool.do(jobs.where)
    os.kill(worker, signal.SIGKILL)
    wait_until_gone(worker)
    assert pool.do(jobs.where) != worker


def test_work_that_hangs_is_ended_when_its_time_is_up(pool: WorkerPool) -> None:
    worker = pool.do(jobs.where)
    with pytest.raises(TooLongError, match="too long"):
        pool.do(jobs.hang, seconds=0.5)
    wait_until_gone(worker)
    assert pool.do(jobs.count_to, 1) == 1


def test_work_that_takes_too_much_memory_is_ended_and_the_worker_with_it(pool: WorkerPool) -> None:
    worker = pool.do(jobs.where)
    with pytest.raises(CrashError, match="memory"):
        pool.do(jobs.swell)
    assert pool.do(jobs.where) != worker


def test_whoever_leaves_ends_their_work_and_spares_a_worker_that_listens(pool: WorkerPool) -> None:
    worker = pool.do(jobs.where)
    with pytest.raises(Left):
        pool.do(jobs.count_to, 600, on_progress=leave)
    assert pool.do(jobs.where) == worker
    with pytest.raises(Left):
        pool.do(jobs.hang, on_progress=leave)
    wait_until_gone(worker)
    assert pool.turns.n_working == pool.turns.n_waiting == 0


def test_those_who_wait_are_told_how_many_come_first(pool: WorkerPool) -> None:
    told: list[int] = []
    with ThreadPoolExecutor() as visitors:
        first = visitors.submit(pool.do, jobs.count_to, 10, visitor="a")
        while not pool.turns.n_working:
            time.sleep(0.01)
        second = visitors.submit(pool.do, jobs.count_to, 1, visitor="b", on_wait=told.append)
        assert (first.result(), second.result()) == (10, 1)
    assert set(told) == {0}


def test_a_worker_is_replaced_after_so_many_works() -> None:
    pool = WorkerPool(1, WorkLimits(works=2))
    workers = [pool.do(jobs.where) for _ in range(4)]
    pool.close()
    assert workers[0] == workers[1] != workers[2] == workers[3]


def test_closing_ends_the_workers_and_what_they_do() -> None:
    pool = WorkerPool(1)
    worker = pool.do(jobs.where)
    with ThreadPoolExecutor() as visitors:
        hanging = visitors.submit(pool.do, jobs.hang)
        while not pool.turns.n_working:
            time.sleep(0.01)
        time.sleep(0.3)
        pool.close()
        with pytest.raises(CrashError):
            hanging.result(timeout=20)
    wait_until_gone(worker)
    pool.close()


def test_a_worker_whose_server_is_gone_before_it_begins_ends_too() -> None:
    another = os.getpid() + 10**6
    script = (
        f"import time; from pages.workers.worker import begin; begin(2**40, None, {another}); time.sleep(60)"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=30)
    assert ended.returncode == 1


def test_workers_end_with_a_server_that_is_killed() -> None:
    program = (
        "from pages.workers.pool import WorkerPool\n"
        "from tests.pages.workers import jobs\n"
        "pool = WorkerPool(1)\n"
        "print(pool.do(jobs.where), flush=True)\n"
        "pool.do(jobs.hang)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as server:
        assert server.stdout
        worker = int(server.stdout.readline())
        server.kill()
    wait_until_gone(worker)


def test_the_number_of_workers_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SIZE_NAME, "3")
    assert default_size() == 3
    monkeypatch.setenv(SIZE_NAME, "many")
    assert 1 <= default_size() <= 4
