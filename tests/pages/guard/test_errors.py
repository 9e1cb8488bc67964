"""What a visitor is told where a page has failed, and what the log keeps of it."""

from __future__ import annotations

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.guard.errors import reference_number, sentence_for
from pages.listener import language
from survey_db.errors import FullError, LostError


def test_the_visitor_gets_a_number_and_the_log_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    def page() -> None:
        from pages.guard.errors import report_error

        assert report_error(ZeroDivisionError("secret of the house"))

    app = AppTest.from_function(page).run()
    assert not app.exception
    (told,) = [error.value for error in app.error]
    number = re.search(r"the number (\w{4}-\w{4})\.$", told)
    assert number is not None
    assert "secret" not in told
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert number[1] in record.getMessage()
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "secret of the house"


@pytest.mark.parametrize("kind", [LostError, FullError])
def test_a_database_that_is_gone_for_now_is_reported_without_where_it_is(kind: type[Exception]) -> None:
    told = sentence_for(kind("The survey database at postgresql://host cannot be used"), "ABCD-EFGH")
    assert "database cannot be used at the moment" in told
    assert "host" not in told
    assert told.count(".") <= 2


def test_numbers_differ_and_are_easy_to_read_out() -> None:
    numbers = {reference_number() for _ in range(100)}
    assert len(numbers) == 100
    assert not set("".join(numbers)) & set("01ILOU")


def test_a_listener_is_told_in_the_language_of_their_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "spoken", lambda: "de")
    assert sentence_for(ValueError("x"), "ABCD-EFGH").startswith("Auf dieser Seite ist etwas schiefgegangen.")
    assert sentence_for(LostError("x"), "ABCD-EFGH").endswith("die Nummer ABCD-EFGH.")
