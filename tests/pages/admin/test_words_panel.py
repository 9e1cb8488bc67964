"""Wording a study on the Studies page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea, TextInput

from survey_db.running.words import StudyWords, words_of
from survey_db.store import Store
from tests.pages.admin.conftest import press


def field(page: AppTest, label: str) -> TextInput | TextArea:
    return next(box for box in (*page.text_input, *page.text_area) if box.label == label)


def test_words_are_saved_per_language_and_shown_as_listeners_read_them(page: AppTest, store: Store) -> None:
    field(page, "Who runs the study").input("Ada Lovelace")
    field(page, "Consent").input("Only *this*.")
    press(page, "Save the words")
    language = next(group for group in page.get("button_group") if group.label == "Language")
    language.set_value("de").run()
    page.text_input(key="title-a-study-de").input("Was hören Sie?")
    press(page, "Save the words")
    study = store.studies.get("a-study")
    assert words_of(study, "en") == StudyWords(organiser="Ada Lovelace", consent="Only *this*.")
    assert words_of(study, "de") == StudyWords(language="de", title="Was hören Sie?")
    shown = " ".join(text.value for text in page.markdown)
    assert "#### Was hören Sie?" in shown
    assert "Sie hören kurze Musikstücke" in shown
    press(page, "Offer the study in Deutsch no longer")
    assert len(store.studies.get("a-study").words) == 1
