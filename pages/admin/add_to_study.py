"""Adding a sample from the Generate page to a study."""

from __future__ import annotations

import streamlit as st

from gmn_core.audio.errors import AudioError
from gmn_core.generation.provenance import record
from gmn_core.genres import Genre
from pages.admin.gate import is_admin
from pages.admin.sample_forms import DEFAULT_SECONDS, add_recording, study_seconds
from pages.shared.generated import KeptSample
from pages.shared.survey_store import survey_store
from pages.shared.texts import show_error
from pages.workers.errors import WorkError
from survey_db.errors import SurveyError
from survey_db.running.media import LENGTH_TOLERANCE


def add_to_study_button(sample: KeptSample) -> None:
    """Offer to add a sample to a study in draft; administrators only, others see nothing."""
    if not is_admin():
        return
    with st.popover("Add to a study", icon=":material/playlist_add:"):
        store = survey_store()
        drafts = {study.slug: study for study in store.studies.all() if study.status == "draft"}
        if not drafts:
            st.write(
                "Create a study on the page “Run a study” first; samples can be added while it is a draft."
            )
            return
        slug = st.selectbox(
            "Study",
            list(drafts),
            format_func=lambda slug: drafts[slug].title,
            key=f"study-for-{sample.name}",
        )
        genre = _genre(sample)
        wanted = study_seconds(store.samples.all(slug)) or min(sample.request.seconds, DEFAULT_SECONDS)
        if sample.request.seconds > wanted + LENGTH_TOLERANCE:
            st.caption(f"Its first {wanted:g} s will be added: the study's samples have this length.")
        if (
            not st.button("Add", type="primary", key=f"add-{sample.name}", disabled=genre is None)
            or not genre
        ):
            return
        try:
            with st.spinner("Preparing the sample …"):
                played = sample.sample()
                label = add_recording(
                    store,
                    drafts[slug],
                    played.recording,
                    seconds=wanted,
                    genre=genre.value,
                    role="none",
                    settings={"source": "generated", **record(played)},
                )
        except (AudioError, SurveyError, WorkError) as error:
            show_error(error)
        else:
            st.success(f"Added as {label}.")


def _genre(sample: KeptSample) -> Genre | None:
    """Return the genre that listeners are to name: of a blend, the one with the larger share."""
    request = sample.request
    if request.main_genre is not None or request.blend is None:
        return request.main_genre
    return st.radio(
        "It is half and half: which genre should listeners name?",
        [request.genre, request.blend],
        index=None,
        format_func=lambda genre: genre.display_name,
        key=f"genre-of-{sample.name}",
    )
