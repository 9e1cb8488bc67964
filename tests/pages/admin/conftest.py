"""A draft of a study, open on the page “Run a study”."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.public_url import PUBLIC_URL_NAME
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.pages.signing_in import sign_in


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = f"sqlite:///{tmp_path / 'survey.db'}"
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    monkeypatch.delenv(PUBLIC_URL_NAME, raising=False)
    store = open_store(url)
    store.studies.create(NewStudy(title="A study"))
    return store


@pytest.fixture
def page(app: AppTest, store: Store) -> AppTest:
    app.switch_page("pages/studies.py")
    sign_in(app)
    app.session_state["study"] = "a-study"
    return app.run()


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
