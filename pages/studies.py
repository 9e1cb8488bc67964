"""The Studies page: make, open, watch, export and archive listening studies."""

from __future__ import annotations

import streamlit as st

from pages.admin.folder_form import folder_form
from pages.admin.gate import require_admin
from pages.admin.notes_or_sound_panel import notes_or_sound_panel
from pages.admin.planner import planner
from pages.admin.recruitment_panel import recruitment_panel
from pages.admin.sample_forms import samples_panel
from pages.admin.study_form import new_study_form
from pages.admin.study_panel import (
    export_panel,
    link_panel,
    listeners_panel,
    progress_panel,
    state_panel,
)
from pages.admin.words_panel import words_panel
from pages.shared.survey_store import survey_store
from survey_db.schema import Study
from survey_db.store import Store


def main() -> None:
    st.title("Run a study")
    require_admin()
    store = survey_store()
    with st.expander("Create a new study", icon=":material/add:"):
        if made := new_study_form(store):
            st.session_state["study"] = made
            st.rerun()
    with st.expander("Make a study of a folder", icon=":material/drive_folder_upload:"):
        if made := folder_form(store):
            st.session_state["study"] = made
            st.rerun()
    with st.expander("Plan a study: how many listeners?", icon=":material/calculate:"):
        planner()
    with st.expander("Notes or sound? A study that is ready to make", icon=":material/graphic_eq:"):
        if made := notes_or_sound_panel(store):
            st.session_state["study"] = made
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


def show_study(store: Store, study: Study) -> None:
    """Show one study."""
    state_panel(store, study)
    link_panel(study)
    progress_panel(store, study.slug)
    samples, words, recruitment, listeners, data = st.tabs(
        ["Samples", "Words", "Recruitment", "Listeners", "Data"]
    )
    with samples:
        samples_panel(store, study)
    with words:
        words_panel(store, study)
    with recruitment:
        recruitment_panel(store, study)
    with listeners:
        listeners_panel(store, study.slug)
    with data:
        export_panel(store, study)


main()
