"""When a server takes on work."""

from __future__ import annotations

import psutil
import pytest

from pages.shared.work import MEMORY_NAME, SERVERS_NAME, have_done, most_memory
from pages.workers import tasks
from pages.workers.errors import NoRoomError


def test_a_server_whose_memory_is_full_takes_on_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_NAME, "1")
    assert most_memory() == 2**20
    with pytest.raises(NoRoomError, match=r"memory is full at the moment\. Please try again"):
        have_done(tasks.available)


@pytest.mark.parametrize("given", ["", "much"])
def test_half_the_machine_is_the_servers_unless_set_otherwise(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv(MEMORY_NAME, given)
    monkeypatch.setenv(SERVERS_NAME, given)
    assert most_memory() == psutil.virtual_memory().total // 2


def test_servers_on_one_machine_share_its_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MEMORY_NAME, raising=False)
    monkeypatch.setenv(SERVERS_NAME, "2")
    assert most_memory() == psutil.virtual_memory().total // 4
    monkeypatch.setenv(SERVERS_NAME, "0")
    assert most_memory() == psutil.virtual_memory().total // 2
