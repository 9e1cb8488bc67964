"""How many listeners may start a study from one network."""

from __future__ import annotations

import pytest

from pages.listener import starts as module
from pages.listener.starts import PER_HOUR, Starts, starts_per_hour, too_many_starts


def test_a_network_has_its_starts_in_each_study_and_gets_them_back_within_the_hour() -> None:
    now = [0.0]
    starts = Starts(per_hour=3, clock=lambda: now[0])
    assert [starts.take("here", "six") for _ in range(4)] == [0, 0, 0, 1200]
    assert starts.take("here", "another") == 0
    assert starts.take("there", "six") == 0
    now[0] += 1200
    assert [starts.take("here", "six") for _ in range(2)] == [0, 1200]
    now[0] += 3600
    assert [starts.take("here", "six") for _ in range(4)] == [0, 0, 0, 1200]


@pytest.mark.parametrize(
    ("given", "limit"), [(None, PER_HOUR), ("7", 7), ("0", PER_HOUR), ("many", PER_HOUR), ("-3", PER_HOUR)]
)
def test_the_environment_sets_the_limit(
    monkeypatch: pytest.MonkeyPatch, given: str | None, limit: int
) -> None:
    monkeypatch.delenv("GMN_STARTS_PER_HOUR", raising=False)
    if given is not None:
        monkeypatch.setenv("GMN_STARTS_PER_HOUR", given)
    assert starts_per_hour() == limit


def test_who_may_not_start_learns_when_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "starts", Starts(per_hour=60))
    assert [too_many_starts("six") for _ in range(60)] == [None] * 60
    assert "in one minute." in (too_many_starts("six") or "")
