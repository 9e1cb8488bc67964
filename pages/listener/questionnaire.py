"""The study's own questions, before the clips or after them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from pages.listener.buttons import button
from pages.listener.connection import post, waiting
from pages.listener.language import _, spoken
from pages.shared.texts import plain
from survey_db.running.listener_state import ListenerState
from survey_db.running.questions import Question, questions_of
from survey_db.store import Store
from survey_db.texts import MAX_COMMENT_LENGTH

# Rows that a thumb can hit, and a scale as one row that fits a phone, its ends under it.
_STYLE = """<style>
.stRadio [role="radiogroup"] label { min-height: 2.25rem; align-items: center; }
[class*="st-key-scale-"] button { padding: 0; min-width: 0; flex: 1 1 0; }
.scale-ends { display: flex; justify-content: space-between; gap: 1rem; }
.scale-ends { font-size: 0.85rem; margin-top: -0.6rem; }
</style>"""


def questionnaire_screen(store: Store, state: ListenerState, moment: str) -> None:
    """Ask the questions of one moment; the listener goes on once those that must be answered are."""
    questions = questions_of(state.study, moment)
    st.title(_("First, a few questions") if moment == "before" else _("Last, a few questions"), anchor=False)
    if any(question.required for question in questions):
        st.caption(_("Please answer every question that is marked with a star (*)."))
    st.html(_STYLE)
    name = f"{state.listener.short_id}-{moment}"
    ask_questions(questions, name, disabled=waiting())

    def submit() -> None:
        # A last change may arrive together with the click.
        answers = answers_in(questions, name)
        if not missing(questions, answers):
            post(partial(store.listening.tell, state.listener.token, moment, answers))

    left = missing(questions, answers_in(questions, name))
    button(
        _("Go on") if moment == "before" else _("Finish"),
        submit,
        key=f"told-{name}",
        disabled=bool(left) or waiting(),
    )
    if left and not waiting():
        st.caption(_("Questions still to answer: {number}.").format(number=len(left)))


def ask_questions(questions: Sequence[Question], name: str, *, disabled: bool = False) -> None:
    """Show questions with nothing chosen beforehand."""
    for question in questions:
        ask(question, f"{question.name}-{name}", disabled=disabled)


def ask(question: Question, key: str, *, disabled: bool = False) -> None:
    """Show one question; what is chosen is in the session under its key."""
    label = plain(question.asked(spoken())) + (r" \*" if question.required else "")
    labels = question.labels(spoken())
    match question.kind:
        case "choice":
            st.radio(
                label,
                question.numbers,
                index=None,
                format_func=lambda number: plain(labels[number - 1]),
                key=key,
                disabled=disabled,
                horizontal=all(len(option) <= 3 for option in labels),
            )
        case "scale":
            with st.container(key=f"scale-{key}"):
                st.segmented_control(label, question.numbers, key=key, width="stretch", disabled=disabled)
                if labels:
                    first, last = f"1 {escape(labels[0])}", f"{question.steps} {escape(labels[-1])}"
                    st.html(f'<div class="scale-ends"><span>{first}</span><span>{last}</span></div>')
        case "number":
            st.number_input(
                label,
                min_value=question.least,
                max_value=question.most,
                value=None,
                step=1.0,
                format="%g",
                key=key,
                disabled=disabled,
            )
        case "text":
            st.text_area(label, max_chars=MAX_COMMENT_LENGTH, key=key, disabled=disabled)


def answers_in(questions: Sequence[Question], name: str) -> dict[str, Any]:
    """Return what the widgets hold at this moment, by the questions' names, without what is left open."""
    held = {question.name: st.session_state.get(f"{question.name}-{name}") for question in questions}
    return {key: answer for key, answer in held.items() if answer not in (None, "")}


def missing(questions: Sequence[Question], answers: dict[str, Any]) -> list[Question]:
    """Return the questions that must be answered and are not."""
    return [question for question in questions if question.required and question.name not in answers]
