"""What is planned of a study, written down before it is opened."""

from __future__ import annotations

import streamlit as st

from pages.shared.texts import show_error
from survey_db.errors import SurveyError
from survey_db.running.preregistration import Preregistration, preregistration_of, sheet, sheet_sha256
from survey_db.running.questions import questions_of
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.texts import MAX_INTRODUCTION_LENGTH


def preregistration_panel(store: Store, study: Study) -> None:
    """Show a study's plan, which can be written while it is a draft, with its sheet and hash."""
    draft = study.status == "draft"
    st.write(
        "What you plan, for reviewers to compare with what you did. It is fixed once the study is opened; "
        "the results print it beside what was done."
        if draft
        else "The plan is fixed since the study was opened."
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
            planned_listeners=st.number_input(
                "Listeners planned",
                min_value=1,
                value=plan.planned_listeners,
                step=1,
                disabled=not draft,
                key=f"planned-{study.slug}",
            ),
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
