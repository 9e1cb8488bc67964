"""Recruitment on the Studies page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.public_url import PUBLIC_URL_NAME
from survey_db.running.recruitment import Recruitment, recruitment_of
from survey_db.store import Store
from tests.pages.admin.conftest import press
from tests.pages.signing_in import sign_in


def fill(page: AppTest, label: str, text: str) -> None:
    next(box for box in page.text_input if box.label == label).input(text)


def test_settings_are_saved_and_the_link_asks_for_the_identifiers(page: AppTest, store: Store) -> None:
    fill(page, "What the link tells of a listener", "PROLIFIC_PID, SESSION_ID")
    next(box for box in page.checkbox if box.label.startswith("Each may take part once")).check()
    fill(page, "Link that leads back at the end", "https://a.example/?cc={code}")
    press(page, "Save")
    assert recruitment_of(store.studies.get("a-study")) == Recruitment(
        identifiers=("PROLIFIC_PID", "SESSION_ID"),
        one_per_identifier=True,
        completion_url="https://a.example/?cc={code}",
    )
    assert page.code[0].value.endswith(
        "/survey?study=a-study&PROLIFIC_PID={{%PROLIFIC_PID%}}&SESSION_ID={{%SESSION_ID%}}"
    )


def test_what_is_unfit_is_said_and_nothing_is_saved(page: AppTest, store: Store) -> None:
    fill(page, "Link that leads back at the end", "prolific")
    press(page, "Save")
    assert "no web address" in page.error[0].value
    assert recruitment_of(store.studies.get("a-study")) == Recruitment()


def test_invitations_are_made(page: AppTest, store: Store) -> None:
    press(page, "Make invitations")
    assert len(store.recruiting.invitations("a-study")) == 20
    assert any("0 of 20 invitations" in text.value for text in page.markdown)


def test_a_link_that_works_here_only_is_warned_of(
    app: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PUBLIC_URL_NAME, "http://localhost:8501")
    app.switch_page("pages/studies.py")
    sign_in(app)
    assert "on this machine only" in app.run().warning[0].value
    monkeypatch.setenv(PUBLIC_URL_NAME, "https://study.example.org")
    app.run()
    assert not app.warning
    assert app.code[0].value.startswith("https://study.example.org/survey?")
