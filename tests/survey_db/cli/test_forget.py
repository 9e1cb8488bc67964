"""``forget``: what could say who listeners are."""

from __future__ import annotations

import pytest

from survey_db.cli import main
from survey_db.store import open_store
from tests.survey_db.material import Clock, begin


def test_listeners_of_long_ago_are_forgotten_once(
    slug: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(url)
    store.clock = Clock()
    store.clock.move(days=-400)
    begin(store, slug)
    assert main(["forget", "--days", "30", "--study", slug]) == 0
    assert main(["forget", "--days", "30"]) == 0
    assert capsys.readouterr().out == "forgot who 1 listener was\nforgot who 0 listeners were\n"
    assert main(["forget", "--days", "0"]) == 1
    assert "after a day" in capsys.readouterr().err
