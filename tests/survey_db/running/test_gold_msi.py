"""The seven items of musical training and their sum."""

from __future__ import annotations

from survey_db.running.gold_msi import asks_for_training, training_items, training_score
from survey_db.running.questions import Question, question_records
from survey_db.vocabulary import LANGUAGES

ITEMS = training_items()


def test_the_items_are_seven_of_seven_steps_in_every_language() -> None:
    question_records(ITEMS)
    assert [item.name for item in ITEMS] == [f"msi_{number}" for number in (14, 27, 32, 33, 35, 36, 37)]
    for item in ITEMS:
        assert set(item.text) == set(item.options) == set(LANGUAGES)
        assert item.numbers == range(1, 8)
    assert [item.name for item in ITEMS if item.reverse] == ["msi_14", "msi_27"]


def test_the_score_goes_from_7_to_49_with_the_two_statements_reversed() -> None:
    least = {"msi_14": 7, "msi_27": 7} | {item.name: 1 for item in ITEMS[2:]}
    most = {"msi_14": 1, "msi_27": 1} | {item.name: 7 for item in ITEMS[2:]}
    assert (training_score(ITEMS, least), training_score(ITEMS, most)) == (7, 49)
    assert training_score(ITEMS, {item.name: 4 for item in ITEMS}) == 28
    assert training_score(ITEMS, {item.name: 4 for item in ITEMS[1:]}) is None


def test_other_questions_of_the_same_names_are_no_scale() -> None:
    others = [Question(name=item.name, text={"en": "?"}, kind="scale") for item in ITEMS]
    assert not asks_for_training(others)
    assert not asks_for_training(ITEMS[1:])
    assert asks_for_training([*others[:0], *ITEMS])
    assert training_score(others, {item.name: 4 for item in ITEMS}) is None
