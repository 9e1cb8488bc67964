"""The gate before the administrator's pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.admin import gate
from pages.admin.throttle import Throttle
from pages.shared.survey_store import the_store
from survey_db.store import Store

PASSWORD = "Öffne dich, Sesam"


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GMN_DATABASE_URL", f"sqlite:///{tmp_path / 'survey.db'}")
    monkeypatch.setenv("GMN_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setattr(gate, "throttle", Throttle())
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def store() -> Iterator[Store]:
    store = the_store()
    yield store
    store.engine.dispose()


def page() -> AppTest:
    """A page behind the gate, in a new visit."""

    def script() -> None:
        import streamlit as st

        from pages.admin.gate import require_admin

        require_admin()
        st.title("Behind the gate")

    return AppTest.from_function(script, default_timeout=60).run()


def enter(app: AppTest, password: str) -> None:
    app.text_input[0].input(password)
    next(button for button in app.button if button.label == "Sign in").click().run()


def is_open(app: AppTest) -> bool:
    assert not app.exception
    return bool(app.title)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_only_the_password_opens_the_gate(store: Store) -> None:
    app = page()
    for attempt in ("", f"{PASSWORD}!"):
        enter(app, attempt)
        assert not is_open(app)
        assert app.error[0].value == "That is not the password."
    enter(app, PASSWORD)
    assert is_open(app)
    assert is_open(app.run())


def test_other_visits_stay_outside(store: Store) -> None:
    enter(page(), PASSWORD)
    assert not is_open(page())


def test_the_password_is_not_looked_at_before_its_turn_and_counts_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(gate, "throttle", Throttle(lambda: now[0]))
    attacker, administrator = page(), page()
    for _ in range(3):
        enter(attacker, "wrong")
    enter(administrator, PASSWORD)
    assert not is_open(administrator)
    assert "was not looked at. Wait 2 s" in administrator.error[0].value
    enter(attacker, "wrong again")
    now[0] = 2
    enter(attacker, "and again")
    enter(administrator, PASSWORD)
    assert is_open(administrator)


def test_a_sign_in_lasts_in_the_browser_until_it_is_ended(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page()
    enter(app, PASSWORD)
    first = app.session_state["admin_cookie"]
    secret = store.sign_ins.hand_over(first)
    for held, known in ((secret, True), (first, False), ("admin_of-another-server", False)):
        monkeypatch.setattr("pages.guard.keep.cookies", lambda held=held: {"admin": held})
        assert is_open(page()) is known
    monkeypatch.setattr("pages.guard.keep.cookies", lambda: {"admin": secret})
    again = page()
    press(again, "Sign out")
    assert not is_open(again)
    assert not is_open(app.run())
    assert not is_open(page())


def test_signing_out_everywhere_ends_every_visit(store: Store) -> None:
    apps = [page(), page()]
    for app in apps:
        enter(app, PASSWORD)
    press(apps[0], "Sign out everywhere")
    assert [is_open(app.run()) for app in apps] == [False, False]


def test_another_password_ends_every_sign_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page()
    enter(app, PASSWORD)
    monkeypatch.setenv("GMN_ADMIN_PASSWORD", "another password")
    assert not is_open(app.run())


def test_the_environment_comes_before_the_secrets() -> None:
    assert gate.chosen_password() == PASSWORD


def test_without_a_choice_a_password_is_made_once_and_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    monkeypatch.delenv("GMN_ADMIN_PASSWORD")
    gate._made_password.cache.clear()
    gate.announce_password()
    password = gate.the_password()
    printed = capsys.readouterr().err
    assert printed.count("Password of the page “Run a study”") == 1
    assert password in printed
    assert len(password) == 16
    app = page()
    assert "printed in the terminal" in app.caption[0].value
    enter(app, password)
    assert is_open(app)


def test_a_short_password_is_reported_to_whoever_starts_the_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.announce_password()
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("GMN_ADMIN_PASSWORD", "sesame")
    gate.announce_password()
    printed = capsys.readouterr().err
    assert "password is short" in printed
    assert "sesame" not in printed
