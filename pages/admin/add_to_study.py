"""Adding a sample from the Generate page to a study."""

from __future__ import annotations

import dataclasses

import streamlit as st

from gmn_core.audio.errors import AudioError
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import play
from pages.admin.sample_forms import DEFAULT_SECONDS, add_recording, study_seconds
from pages.shared.generated import KeptSample
from pages.shared.survey_store import survey_store
from survey_db.errors import SurveyError


def add_to_study_button(sample: KeptSample) -> None:
    """Offer to add a sample to a study in draft; administrators only, others see nothing."""
    if not st.session_state.get("admin"):
        return
    with st.popover("Add to a study", icon=":material/playlist_add:"):
        store = survey_store()
        drafts = {study.slug: study for study in store.studies.all() if study.status == "draft"}
        if not drafts:
            st.write("Create a study on the Studies page first; samples can be added while it is a draft.")
            return
        slug = st.selectbox(
            "Study",
            list(drafts),
            format_func=lambda slug: drafts[slug].title,
            key=f"study-for-{sample.name}",
        )
        if not st.button("Add", type="primary", key=f"add-{sample.name}"):
            return
        request = sample.request
        try:
            with st.spinner("Preparing the sample …"):
                label = add_recording(
                    store,
                    drafts[slug],
                    play(request, sample.midi, sample.soundfont),
                    seconds=study_seconds(store.samples.all(slug)) or min(request.seconds, DEFAULT_SECONDS),
                    genre=request.genre.value,
                    role="none",
                    settings={
                        "source": "generated",
                        "request": request_record(request),
                        "soundfont_sha256": sample.soundfont.sha256,
                    },
                )
        except (AudioError, SurveyError) as error:
            st.error(str(error))
        else:
            st.success(f"Added as {label}.")


def request_record(request: GenerationRequest) -> dict[str, object]:
    """Return a request as JSON has it; the opening's bytes as hexadecimal digits."""
    record = dataclasses.asdict(request)
    record["opening"] = request.opening.hex() if request.opening else None
    return record
