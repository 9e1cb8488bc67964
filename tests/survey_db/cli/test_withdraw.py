"""``withdraw``: everything about one listener."""

from __future__ import annotations

import pytest

from survey_db.cli import main
from survey_db.store import open_store
from tests.survey_db.material import Clock, begin, finish, state_of


def test_a_listener_is_deleted_once(slug: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(url)
    store.clock = Clock()
    token = begin(store, slug)
    finish(store, slug, token)
    listener = state_of(store, slug, token).listener.short_id
    assert main(["withdraw", slug, listener]) == 0
    assert capsys.readouterr().out == "deleted the listener and 6 answers\n"
    assert store.listening.state(slug, token) is None
    assert main(["withdraw", slug, listener]) == 1
    assert "has no listener" in capsys.readouterr().err
