"""Texts are cleaned and limited in one way, whichever database keeps them."""

from __future__ import annotations

import doctest
from collections.abc import Callable

import pytest

from survey_db import texts
from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.listening import new_token
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.store import Store
from survey_db.texts import clean, clean_line, clean_record, is_name, is_slug, is_token
from tests.survey_db.material import begin, state_of, tone

NASTY = "a\x00b\x1b[31m\ud800\r\nc\x85\u202e é 🎷\x7f"


def test_the_examples_hold() -> None:
    assert doctest.testmod(texts).failed == 0


def test_what_no_database_keeps_is_cleaned_away() -> None:
    assert clean(NASTY) == "ab[31m\ufffd\nc\u202e é 🎷"
    assert clean_line(NASTY) == "ab[31m\ufffd c\u202e é 🎷"
    assert clean("\x00 \t\n") == ""
    for code in range(0x110000):
        clean(chr(code)).encode()


def test_records_are_cleaned_through_and_through() -> None:
    assert clean_record({"a\x00": ["\ud800", (1, None, True, 0.5)]}) == {
        "a": ["\ufffd", [1, None, True, 0.5]]
    }
    for wrong in (float("nan"), {"a": [float("inf")]}, b"bytes", {"a": object()}):
        with pytest.raises(SurveyError, match="cannot hold"):
            clean_record(wrong)


def test_what_identifies_something_has_its_form() -> None:
    assert is_slug("what-do-you-hear-2")
    assert is_token(new_token())
    assert is_name("knn_descriptors")
    for wrong in ("", "a\n", "\x00", "A B", "-a", "a" * 65):
        assert not is_slug(wrong)
    for wrong in ("", "a" * 15, "a" * 65, "a" * 16 + "\n", "a" * 16 + "\x00", "ä" * 20):
        assert not is_token(wrong)
    for wrong in ("", " a", "a\x00", "a" * 65, "a\nb"):
        assert not is_name(wrong)


@pytest.mark.parametrize(
    ("field", "length", "message"),
    [("title", 200, "A title may have at most 200"), ("introduction", 10_000, "at most 10000")],
)
def test_a_study_with_too_long_a_text_is_refused_by_both_databases(
    store: Store, field: str, length: int, message: str
) -> None:
    study = store.studies.create(NewStudy(**{"title": "Long", field: "é" * length}))
    assert getattr(study, field) == "é" * length
    with pytest.raises(SurveyError, match=message):
        store.studies.create(NewStudy(**{"title": "Long", field: "é" * (length + 1)}))


def test_both_databases_keep_the_same_of_a_nasty_text(store: Store, make_study: Callable[..., str]) -> None:
    study = store.studies.create(NewStudy(title=NASTY, introduction=NASTY))
    assert (study.title, study.introduction) == (clean_line(NASTY), clean(NASTY))
    sample = NewSample(audio=tone(700), intended_genre="pop", settings={"file": NASTY, NASTY: 1})
    store.samples.add(study.slug, sample)
    (kept,) = store.samples.all(study.slug)
    assert kept.settings == {"file": clean(NASTY), clean(NASTY): 1}

    slug = make_study(require_full_hearing=False)
    token = begin(store, slug)
    item = state_of(store, slug, token).item
    assert item is not None
    store.listening.answer(token, item.sample_id, guess="rock", rating=5, comment=NASTY)
    assert read_responses(store, store.studies.get(slug).id)["comment"].tolist() == [clean(NASTY)]


@pytest.mark.parametrize("text", [NASTY, "\x00", "\ud800", "x" * 10_000, "![](https://example.org/x.png)"])
def test_what_a_link_carries_is_looked_up_in_both_databases_without_a_fault(
    store: Store, make_study: Callable[..., str], text: str
) -> None:
    slug = make_study()
    with pytest.raises(SurveyError, match=r"^There is no such study\.$"):
        store.studies.get(text)
    assert store.listening.state(slug, text) is None
    with pytest.raises(SurveyError, match="no listener’s token"):
        store.listening.start(slug, text)
    with pytest.raises(SurveyError, match="do not know this listener"):
        store.listening.show(text, 1)
    with pytest.raises(SurveyError, match="has no listener"):
        store.attendances.withdraw(slug, text)
