"""Questions on the Studies page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from survey_db.running.gold_msi import asks_for_training
from survey_db.running.questions import Question, questions_of
from survey_db.store import Store
from tests.pages.admin.conftest import press


def fill(boxes: object, label: str, text: str) -> None:
    next(box for box in boxes if box.label == label).input(text)


def asked(store: Store) -> list[Question]:
    return questions_of(store.studies.get("a-study"))


def test_questions_are_added_changed_and_moved(page: AppTest, store: Store) -> None:
    press(page, "Add musical training (Gold-MSI)")
    press(page, "Add an attention check")
    assert asks_for_training(asked(store))
    assert asked(store)[-1].expected == 2
    fill(page.text_input, "Name of its column", "home")
    fill(page.text_area, "Question in English", "Where do you live?")
    fill(page.text_area, "Answers, one per line (English)", "Here\nElsewhere")
    press(page, "Save the question")
    assert not page.exception
    home = Question(name="home", text={"en": "Where do you live?"}, options={"en": ["Here", "Elsewhere"]})
    assert asked(store)[-1] == home
    next(button for button in page.button if button.key == "up-home").click().run()
    assert [question.name for question in asked(store)][-2:] == ["home", "attention_1"]
    next(button for button in page.button if button.key == "drop-attention_1").click().run()
    assert asked(store)[-1] == home
    next(box for box in page.selectbox if (box.key or "").startswith("question-of")).select("home").run()
    next(box for box in page.checkbox if box.label == "Must be answered").check()
    press(page, "Save the question")
    assert asked(store)[-1].required
    assert len(asked(store)) == 8


def test_what_is_unfit_is_said_and_nothing_is_saved(page: AppTest, store: Store) -> None:
    fill(page.text_input, "Name of its column", "My age")
    fill(page.text_area, "Question in English", "How old are you?")
    press(page, "Save the question")
    assert "cannot name a question" in page.error[0].value
    assert asked(store) == []
