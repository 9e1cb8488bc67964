"""Questions that a study asks beside the clips: ready-made ones and ones of its own, with a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.listener.language import speaking
from pages.listener.questionnaire import ask_questions
from pages.shared.texts import plain, show_error
from survey_db.errors import SurveyError
from survey_db.running.gold_msi import REFERENCE, asks_for_training, training_items
from survey_db.running.questions import (
    MAX_QUESTION_LENGTH,
    MAX_STEPS,
    MOMENTS,
    QUESTION_KINDS,
    Question,
    questions_of,
)
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.vocabulary import LANGUAGES

_NEW = ""
_CHECK = Question(
    name="attention",
    text={
        "en": "To show that you are reading this, please choose 2 here.",
        "de": "Damit wir sehen, dass Sie das lesen: Bitte wählen Sie hier die 2.",
    },
    kind="scale",
    moment="after",
    expected=2,
)


def questions_panel(store: Store, study: Study) -> None:
    """Show a study's questions, which can be changed while it is a draft."""
    questions = questions_of(study)
    if study.status != "draft":
        st.caption("The questions have been fixed since the study was opened.")
    else:
        st.write(
            "What listeners are asked beside the clips. The answers are in the exports, one column per "
            "question, and in the part of the results on participants."
        )
        _ready_made(store, study, questions)
        _list(store, study, questions)
        _form(store, study, questions)
    if questions:
        with st.expander("What listeners are asked", icon=":material/visibility:"):
            _preview(study, questions)


def _ready_made(store: Store, study: Study, questions: Sequence[Question]) -> None:
    with st.container(horizontal=True):
        if st.button(
            "Add musical training (Gold-MSI)",
            icon=":material/school:",
            disabled=asks_for_training(questions),
            help=f"Seven items, whose sum is the score. {REFERENCE}",
        ):
            _save(store, study, [*questions, *training_items()])
        if st.button(
            "Add an attention check",
            icon=":material/fact_check:",
            help="An instructed response: its text says what to choose. Who chooses something else is left "
            "out of every result.",
        ):
            names = {question.name for question in questions}
            free = next(name for number in range(1, 99) if (name := f"attention_{number}") not in names)
            _save(store, study, [*questions, replace(_CHECK, name=free)])


def _list(store: Store, study: Study, questions: Sequence[Question]) -> None:
    """List the questions in order, each with what can be done to it."""
    for place, question in enumerate(questions):
        said, deeds = st.columns([3, 1], vertical_alignment="center")
        said.markdown(
            f"**{question.name}** ({MOMENTS[question.moment].lower()}, "
            f"{QUESTION_KINDS[question.kind].lower()}): {plain(question.asked('en'))}"
        )
        swapped = [*questions]
        if place:
            swapped[place - 1 : place + 1] = swapped[place], swapped[place - 1]
        with deeds.container(horizontal=True):
            up, drop = f"up-{question.name}", f"drop-{question.name}"
            if st.button(
                "Earlier", icon=":material/arrow_upward:", key=up, disabled=not place, type="tertiary"
            ):
                _save(store, study, swapped)
            if st.button("Remove", icon=":material/delete:", key=drop, type="tertiary"):
                _save(store, study, [other for other in questions if other is not question])


def _form(store: Store, study: Study, questions: Sequence[Question]) -> None:
    """Add a question, or change one."""
    by_name = {question.name: question for question in questions}
    with st.expander("Write a question", icon=":material/edit:"):
        chosen = st.selectbox(
            "Question",
            [_NEW, *by_name],
            format_func=lambda name: name or "a new one",
            key=f"question-of-{study.slug}-{len(questions)}",
        )
        kind = st.radio(
            "Answered by",
            list(QUESTION_KINDS),
            list(QUESTION_KINDS).index(by_name[chosen].kind) if chosen else 0,
            format_func=QUESTION_KINDS.__getitem__,
            horizontal=True,
            key=f"kind-of-{study.slug}-{chosen}",
        )
        held = by_name.get(chosen) or Question(name="", text={}, kind=kind)
        with st.form(f"question-{study.slug}-{chosen}-{kind}-{len(questions)}"):
            new = _fields(replace(held, kind=kind))
            if not st.form_submit_button("Save the question", type="primary"):
                return
        others = [new if question.name == chosen else question for question in questions]
        _save(store, study, others if chosen else [*questions, new])


def _fields(held: Question) -> Question:
    name = st.text_input(
        "Name of its column",
        held.name,
        placeholder="e.g. age",
        help="Small letters, digits and underscores. In the exports it has q_ before it.",
    )
    text, options = {}, {}
    for code, language in LANGUAGES.items():
        text[code] = st.text_area(
            f"Question in {language}", held.text.get(code, ""), max_chars=MAX_QUESTION_LENGTH, height=80
        )
        if held.kind in ("choice", "scale"):
            said = "Answers, one per line"
            if held.kind == "scale":
                said = "Meaning of its first and of its last step, two lines"
            lines = st.text_area(f"{said} ({language})", "\n".join(held.options.get(code, ())), height=110)
            options[code] = [line for line in lines.splitlines() if line.strip()]
    steps = held.steps
    if held.kind == "scale":
        steps = st.number_input("Steps", 2, MAX_STEPS, held.steps)
    least, most = held.least, held.most
    if held.kind == "number":
        least = st.number_input("At least", value=held.least, step=1.0, format="%g")
        most = st.number_input("At most", value=held.most, step=1.0, format="%g")
    moment = st.radio(
        "Asked",
        list(MOMENTS),
        list(MOMENTS).index(held.moment),
        format_func=MOMENTS.__getitem__,
        horizontal=True,
    )
    required = st.checkbox("Must be answered", held.required)
    expected = held.expected
    if held.kind in ("choice", "scale"):
        expected = st.number_input(
            "Attention check: the only right answer, as its number from 1",
            min_value=1,
            value=held.expected,
            step=1,
            placeholder="none; every answer is right",
        )
    return replace(
        held,
        name=name.strip(),
        text={code: said for code, said in text.items() if said.strip()},
        options={code: labels for code, labels in options.items() if labels},
        steps=int(steps),
        least=least,
        most=most,
        moment=moment,
        required=required,
        expected=None if expected is None else int(expected),
    )


def _preview(study: Study, questions: Sequence[Question]) -> None:
    language = st.segmented_control(
        "Language",
        list(LANGUAGES),
        default=next(iter(LANGUAGES)),
        format_func=LANGUAGES.__getitem__,
        key=f"questions-in-{study.slug}",
    )
    for moment, when in MOMENTS.items():
        asked = [question for question in questions if question.moment == moment]
        if asked:
            st.markdown(f"**{when}**")
            with speaking(language or next(iter(LANGUAGES))):
                ask_questions(asked, f"preview-{study.slug}")


def _save(store: Store, study: Study, questions: Sequence[Question]) -> None:
    try:
        store.questionnaires.set(study.slug, questions)
    except SurveyError as error:
        show_error(error)
    else:
        st.toast("Saved.")
        st.rerun()
