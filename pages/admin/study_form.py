"""The form that makes a new study."""

from __future__ import annotations

import streamlit as st

from gmn_core.genres import Genre
from pages.shared.texts import show_error
from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.running.studies import DEFAULT_INTRODUCTION, NewStudy
from survey_db.schema import FEEDBACK
from survey_db.store import Store
from survey_db.texts import MAX_INTRODUCTION_LENGTH, MAX_TITLE_LENGTH

LOUDNESS = {-16.0: "−16 LUFS, for phones and headphones", -23.0: "−23 LUFS, broadcast level"}


def new_study_form(store: Store) -> str | None:
    """Ask for a new study's settings; return its name in the link once it is made."""
    with st.form("new_study"):
        title = st.text_input(
            "Title", max_chars=MAX_TITLE_LENGTH, help="Listeners see it, so it should not name a genre."
        )
        introduction = st.text_area(
            "Introduction for listeners", DEFAULT_INTRODUCTION, max_chars=MAX_INTRODUCTION_LENGTH
        )
        genres = st.multiselect(
            "Genres that listeners may choose from",
            GENRES,
            default=GENRES,
            format_func=lambda genre: Genre(genre).display_name,
        )
        loudness = st.radio(
            "Loudness of every sample", list(LOUDNESS), format_func=LOUDNESS.__getitem__, horizontal=True
        )
        full = st.checkbox("Each clip must be heard to its end before it can be answered", True)
        volume = st.checkbox("Begin with setting the volume", True)
        headphones = st.checkbox("Begin with a headphone check (six short sounds)")
        feedback = st.radio(
            "Show listeners how their guesses compare",
            list(FEEDBACK),
            format_func=FEEDBACK.__getitem__,
            horizontal=True,
            help="What you tell one listener at the end may reach another who has yet to hear the clips. "
            "Where several people listen on one device, show it later: once it has been shown there, "
            "whoever comes next is marked as a retake and left out of the results.",
        )
        sitting = st.number_input(
            "Clips for each listener",
            *(1, None, None, 1),
            placeholder="all",
            help="Where a study has more clips than this, each listener hears some of them, dealt out "
            "so that all are heard equally often.",
        )
        together = st.checkbox(
            "A listener may hear several versions of the same composition",
            help="Otherwise each listener hears one version of each: who has heard one knows the notes.",
        )
        if not st.form_submit_button("Create the study", type="primary"):
            return None
    new = NewStudy(
        title=title,
        introduction=introduction,
        genres=genres,
        require_full_hearing=full,
        volume_check=volume,
        headphone_check=headphones,
        feedback=feedback,
        sitting_size=sitting,
        renderings_together=together,
        target_loudness=loudness,
    )
    try:
        return store.studies.create(new).slug
    except SurveyError as error:
        show_error(error)
        return None
