"""The gate before the administrator's pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.admin.gate import MAX_WAIT_SECONDS, Gate, chosen_password, the_gate


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_the_password_opens_the_gate() -> None:
    gate = Gate("Öffne dich")
    assert not gate.try_password("")
    assert not gate.try_password("Öffne dich!")
    assert gate.try_password("Öffne dich")


def test_each_further_failure_doubles_the_wait_up_to_a_minute() -> None:
    clock = Clock()
    gate = Gate("right", clock)
    waits = []
    for _ in range(11):
        assert not gate.try_password("wrong")
        waits.append(gate.wait_seconds())
        clock.now += gate.wait_seconds()
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, MAX_WAIT_SECONDS, MAX_WAIT_SECONDS, MAX_WAIT_SECONDS]


def test_within_the_wait_not_even_the_password_opens_and_waiting_costs_nothing() -> None:
    clock = Clock()
    gate = Gate("right", clock)
    for _ in range(3):
        gate.try_password("wrong")
    assert not gate.try_password("right")
    assert gate.wait_seconds() == 1
    clock.now += 1
    assert gate.try_password("right")
    assert not gate.try_password("wrong")
    assert gate.wait_seconds() == 0


def test_the_environment_comes_before_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GMN_ADMIN_PASSWORD", "from the environment")
    assert chosen_password() == "from the environment"


def test_without_a_choice_a_password_is_made_once_and_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("GMN_ADMIN_PASSWORD", raising=False)
    monkeypatch.chdir(tmp_path)
    the_gate.clear()
    gate = the_gate()
    assert the_gate() is gate
    printed = capsys.readouterr().err
    the_gate.clear()
    assert printed.count("Password of the Studies page") == 1
    password = printed.split("stops: ")[1].split()[0]
    assert len(password) == 16
    assert gate.try_password(password)
