"""What is planned of a study, written down before it is opened."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.shared.study_results import study_data
from pages.shared.texts import show_error
from survey_db.errors import SurveyError
from survey_db.reporting.sequential import sequential_advice, sequential_result
from survey_db.running.preregistration import (
    SEQUENTIAL_LEVELS,
    Preregistration,
    preregistration_of,
    sheet,
    sheet_sha256,
)
from survey_db.running.questions import questions_of
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.texts import MAX_INTRODUCTION_LENGTH


def _number(plan: Preregistration, study: Study, name: str, label: str, *, draft: bool) -> int | None:
    """Ask for a number of listeners or sessions of a plan."""
    planned: int | None = getattr(plan, name)
    return st.number_input(
        label, min_value=1, value=planned, step=1, disabled=not draft, key=f"{name}-{study.slug}"
    )


def _sequential_fields(plan: Preregistration, study: Study, *, draft: bool) -> dict[str, Any]:
    """Ask whether, and from when, the study may be closed early."""
    level = st.selectbox(
        "Close the study early, once listeners are shown to hear the genre",
        [None, *SEQUENTIAL_LEVELS],
        [None, *SEQUENTIAL_LEVELS].index(plan.sequential_level),
        format_func=lambda level: "no" if level is None else f"yes, by a sequential test at {level:.0%}",
        disabled=not draft,
        key=f"sequential-{study.slug}",
        help="The answers are tested after each complete session. However often you look, listeners who hear "
        "nothing are taken for hearing ones with this probability at most. Say above how many listeners "
        "there are at most.",
    )
    least = _number(plan, study, "sequential_least", "Complete sessions before it may be closed", draft=draft)
    return {"sequential_level": level, "sequential_least": least}


def sequential_panel(store: Store, study: Study) -> None:
    """Say what a study's stopping rule says now; only administrators see it while the study runs."""
    plan = preregistration_of(study)
    if plan.sequential_level is None or study.status not in ("open", "paused"):
        return
    found = sequential_result(study_data(store, study.slug))
    if found is not None:
        st.info(sequential_advice(found, plan.planned_listeners), icon=":material/rule:")


def preregistration_panel(store: Store, study: Study) -> None:
    """Show a study's plan, which can be written while it is a draft, with its sheet and hash."""
    draft = study.status == "draft"
    st.write(
        "What you plan, for reviewers to compare with what you did. It is fixed once the study is opened; "
        "the results print it beside what was done."
        if draft
        else "The plan has been fixed since the study was opened."
    )
    plan = preregistration_of(study)
    with st.form(f"plan-{study.slug}"):

        def text(name: str, label: str, placeholder: str) -> str:
            return st.text_area(
                label,
                str(getattr(plan, name)),
                max_chars=MAX_INTRODUCTION_LENGTH,
                placeholder=placeholder,
                disabled=not draft,
                key=f"{name}-{study.slug}",
            )

        new = Preregistration(
            hypotheses=text(
                "hypotheses",
                "Hypotheses",
                "e.g. More genres are named right than blind guesses get.",
            ),
            exclusion=text(
                "exclusion",
                "Whose answers are left out",
                "e.g. Who does not pass the headphone check.",
            ),
            stopping_rule=text(
                "stopping_rule", "When the study is closed", "e.g. After 40 complete sessions, or on 31 May."
            ),
            planned_listeners=_number(plan, study, "planned_listeners", "Listeners planned", draft=draft),
            **_sequential_fields(plan, study, draft=draft),
        )
        saved = st.form_submit_button("Save the plan", type="primary", disabled=not draft)
    if saved:
        try:
            store.preregistering.set(study.slug, new)
        except SurveyError as error:
            show_error(error)
        else:
            st.toast("Saved.")
            st.rerun()
    questions = questions_of(study)
    if not plan.empty:
        st.caption("SHA-256 of the sheet:")
        st.code(sheet_sha256(study.title, plan, questions), language=None)
        st.download_button(
            "Download the sheet",
            sheet(study.title, plan, questions),
            f"{study.slug}-preregistration.md",
            "text/markdown",
            icon=":material/download:",
            help="Deposit it elsewhere before you open the study; its hash shows that it is unchanged.",
            on_click="ignore",
        )
