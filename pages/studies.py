"""The Studies page: make, open, watch, export and archive listening studies."""

from __future__ import annotations

import streamlit as st

from pages.admin.folder_form import folder_form
from pages.admin.gate import require_admin
from pages.admin.notes_or_sound_panel import notes_or_sound_panel
from pages.admin.planner import planner
from pages.admin.preregistration_panel import preregistration_panel, sequential_panel
from pages.admin.questions_panel import questions_panel
from pages.admin.recruitment_panel import recruitment_panel
from pages.admin.sample_forms import samples_panel
from pages.admin.server_panel import server_panel
from pages.admin.study_form import new_study_form, settings_panel
from pages.admin.study_panel import (
    export_panel,
    link_panel,
    listeners_panel,
    progress_panel,
    state_panel,
)
from pages.admin.words_panel import words_panel
from pages.shared.survey_store import survey_store
from pages.shared.texts import plain
from survey_db.schema import Study
from survey_db.store import Store


def main() -> None:
    st.title("Run a study")
    require_admin()
    store = survey_store()
    if made := st.session_state.pop("made_study", None):
        st.session_state["study"] = made
        st.session_state["studies_made"] = st.session_state.get("studies_made", 0) + 1
        st.toast(f"“{plain(store.studies.get(made).title)}” has been made. It is shown below.")
    for name, icon, form in (
        ("Create a new study", "add", new_study_form),
        ("Make a study from a folder", "drive_folder_upload", folder_form),
        ("Plan a study: how many listeners?", "calculate", _plan),
        ("Notes or sound? A study that is ready to make", "graphic_eq", notes_or_sound_panel),
        ("How this server is doing", "monitor_heart", server_panel),
    ):
        # Its number makes a new, closed expander once a study is made, so that the study is in sight.
        made_so_far = st.session_state.get("studies_made", 0)
        with st.expander(name, icon=f":material/{icon}:", key=f"{icon}-{made_so_far}"):
            if made := form(store):
                st.session_state["made_study"] = made
                st.rerun()
    archived = st.toggle("Show archived studies")
    studies = {study.slug: study for study in store.studies.all(archived=archived)}
    if not studies:
        st.info("There is no study yet.", icon=":material/hourglass_empty:")
        return
    if st.session_state.get("study") not in studies:
        st.session_state["study"] = next(iter(studies))
    slug = st.selectbox("Study", list(studies), format_func=lambda slug: studies[slug].title, key="study")
    show_study(store, studies[slug])


def _plan(store: Store) -> None:
    planner()


def show_study(store: Store, study: Study) -> None:
    """Show one study."""
    state_panel(store, study)
    link_panel(study)
    progress_panel(store, study.slug)
    sequential_panel(store, study)
    samples, settings, words, questions, plan, recruitment, listeners, data = st.tabs(
        ["Samples", "Settings", "Words", "Questions", "Preregistration", "Recruitment", "Listeners", "Data"]
    )
    with samples:
        samples_panel(store, study)
    with settings:
        settings_panel(store, study)
    with words:
        words_panel(store, study)
    with questions:
        questions_panel(store, study)
    with plan:
        preregistration_panel(store, study)
    with recruitment:
        recruitment_panel(store, study)
    with listeners:
        listeners_panel(store, study.slug)
    with data:
        export_panel(store, study)


main()
