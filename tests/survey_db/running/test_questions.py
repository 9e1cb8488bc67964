"""Questions of a study's own: asked in their place, checked, and fixed when it is opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_db.errors import SurveyError
from survey_db.genres import CANNOT_TELL
from survey_db.reporting.description import participants_section
from survey_db.reporting.participants import read_participants
from survey_db.reporting.responses import read_responses
from survey_db.running.listener_state import Step
from survey_db.running.questions import Question, checked_answers, question_records, questions_of
from survey_db.statistics.selection import Filters, select
from survey_db.store import Store
from tests.survey_db.material import begin, finish, listen, state_of

MakeStudy = Callable[..., str]

AGE = Question(name="age", text={"en": "How old are you?"}, kind="number", required=True, least=16, most=99)
COUNTRY = Question(
    name="country",
    text={"en": "Where do you live?", "de": "Wo leben Sie?"},
    options={"en": ["Here", "Elsewhere"], "de": ["Hier", "Anderswo"]},
)
CHECK = Question(name="check", text={"en": "Choose 3."}, kind="scale", moment="after", steps=5, expected=3)
REMARK = Question(name="remark", text={"en": "Any remarks?"}, kind="text", moment="after")
ALL = (AGE, COUNTRY, CHECK, REMARK)


def judge_all(store: Store, slug: str, token: str) -> None:
    while state_of(store, slug, token).step is Step.SAMPLE:
        store.listening.answer(token, listen(store, slug, token), guess="rock", rating=5)


def test_questions_stand_before_the_first_clip_and_after_the_last(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study(questions=ALL)
    token = begin(store, slug)
    assert state_of(store, slug, token).step is Step.QUESTIONS_BEFORE
    with pytest.raises(SurveyError, match="come after the last clip"):
        store.listening.tell(token, "after", {"check": 3})
    store.listening.tell(token, "before", {"age": 30, "country": 2})
    store.listening.tell(token, "before", {"age": 31})  # a second click
    judge_all(store, slug, token)
    state = state_of(store, slug, token)
    assert (state.step, state.listener.completed_at) == (Step.QUESTIONS_AFTER, None)
    assert read_participants(store, state.study.id)["reached"].tolist() == ["questions after"]
    store.listening.tell(token, "after", {"check": 3, "remark": "  fine "})
    state = state_of(store, slug, token)
    assert state.step is Step.FINISHED
    assert state.listener.questionnaire == {"age": 30, "country": 2, "check": 3, "remark": "fine"}
    assert state.listener.completion_code


def test_who_misses_an_attention_check_goes_on_and_counts_in_no_result(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study(questions=[CHECK])
    for answer in (3, 4):
        token = begin(store, slug)
        judge_all(store, slug, token)
        store.listening.tell(token, "after", {"check": answer})
        assert state_of(store, slug, token).step is Step.FINISHED
    study = store.studies.get(slug)
    frame = read_responses(store, study.id)
    assert (len(frame), len(select(frame, Filters()))) == (12, 6)
    assert read_participants(store, study.id)["excluded_by"].tolist() == [None, "inattentive"]
    said = participants_section(read_participants(store, study.id), questions_of(study)).text
    assert "1 listener missed an attention check, and so counts in no result." in said
    assert store.attendances.progress(slug).completed == 1
    assert sum(attendance.is_inattentive for attendance in store.attendances.all(slug)) == 1


def test_what_must_be_answered_is_demanded_and_what_does_not_fit_is_refused() -> None:
    assert checked_answers(ALL, {"age": 20, "check": 1, "remark": " "}) == {"age": 20, "check": 1}
    for answers, reason in (
        ({"check": 3}, "marked with a star"),
        ({"age": 15, "check": 3}, "does not fit"),
        ({"age": True, "check": 3}, "does not fit"),
        ({"age": float("nan"), "check": 3}, "does not fit"),
        ({"age": 20, "check": 6}, "does not fit"),
        ({"age": 20, "check": 3, "country": "Here"}, "does not fit"),
        ({"age": 20, "check": 3, "remark": "x" * 2001}, "does not fit"),
    ):
        with pytest.raises(SurveyError, match=reason):
            checked_answers(ALL, answers)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (Question(name="Age", text={"en": "?"}, kind="text"), "cannot name a question"),
        (Question(name="a", text={"en": " "}, kind="text"), "needs a text"),
        (Question(name="a", text={"fr": "?"}, kind="text"), "needs a text"),
        (Question(name="a", text={"en": "?"}, kind="slider"), "one of these kinds"),
        (Question(name="a", text={"en": "?"}, options={"en": ["One"]}), "two answers or more"),
        (Question(name="a", text={"en": "?"}, options={"en": ["One", "One"]}), "different"),
        (
            Question(
                name="a", text={"en": "?", "de": "?"}, options={"en": ["1", "2"], "de": ["1", "2", "3"]}
            ),
            "as many in each",
        ),
        (Question(name="a", text={"en": "?"}, options={"de": ["1", "2"]}), "in which it is not asked"),
        (Question(name="a", text={"en": "?"}, kind="scale", steps=12), "steps"),
        (Question(name="a", text={"en": "?"}, kind="scale", options={"en": ["low"]}), "first and its last"),
        (Question(name="a", text={"en": "?"}, kind="scale", expected=8), "none of its answers"),
        (Question(name="a", text={"en": "?"}, kind="number", least=2, most=1), "leave no number"),
        (Question(name="a", text={"en": "?"}, kind="text", scale="msi_training"), "published scale"),
        (Question(name="a", text={"en": "?"}, kind="text", options={"en": ["1", "2"]}), "no answers"),
    ],
)
def test_unfit_questions_are_refused(question: Question, reason: str) -> None:
    with pytest.raises(SurveyError, match=reason):
        question_records([question])


def test_no_two_questions_share_a_name_and_there_is_an_end() -> None:
    with pytest.raises(SurveyError, match="Two questions are called “age”"):
        question_records([AGE, AGE])
    many = [Question(name=f"q{number}", text={"en": "?"}, kind="text") for number in range(61)]
    with pytest.raises(SurveyError, match="at most"):
        question_records(many)


def test_questions_are_fixed_once_the_study_is_opened_and_go_with_a_duplicate(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study(status="draft")
    store.questionnaires.set(slug, ALL)
    store.studies.set_status(slug, "open")
    with pytest.raises(SurveyError, match="fixed once it has been opened"):
        store.questionnaires.set(slug, [])
    copy = store.editing.duplicate(slug, "Once more")
    assert questions_of(copy) == questions_of(store.studies.get(slug))
    assert [question.name for question in questions_of(copy, "after")] == ["check", "remark"]


def test_a_question_is_asked_in_the_first_language_where_it_lacks_one() -> None:
    assert (COUNTRY.asked("de"), COUNTRY.labels("de")) == ("Wo leben Sie?", ["Hier", "Anderswo"])
    assert AGE.asked("de") == "How old are you?"


def test_that_nobody_can_tell_is_an_answer_only_where_it_is_offered(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study(cannot_tell=True)
    finish(store, slug, begin(store, slug), guess=CANNOT_TELL)
    frame = read_responses(store, store.studies.get(slug).id)
    assert set(frame["guess"]) == {CANNOT_TELL}
    token = begin(store, slug)
    finish(store, slug, token, guess="rock")
    assert len(store.listening.comparison(token).guesses) == 6
    other = make_study()
    token = begin(store, other)
    with pytest.raises(SurveyError, match="Choose one of the genres"):
        store.listening.answer(token, listen(store, other, token), guess=CANNOT_TELL, rating=5)
