"""The panel that makes the study of the same notes, plain and produced."""

from __future__ import annotations

import streamlit as st

from gmn_core.audio.errors import AudioError
from gmn_core.generation.request import GenerationError
from pages.admin.notes_or_sound import notes_or_sound_by
from pages.shared.texts import show_error
from pages.shared.work import have_done
from pages.workers.errors import WorkError
from survey_db.errors import SurveyError
from survey_db.store import Store

MOST_SECONDS = 30 * 60.0


def notes_or_sound_panel(store: Store) -> str | None:
    """Offer to make the study; return its name in the link once it is made."""
    st.write(
        "What makes a genre recognisable here, the notes or the sound? This study has one composition of "
        "each of the ten genres in two versions: mixed plainly, and produced in the genre's manner. Both are "
        "equally loud, and nobody hears both versions of the same composition. It takes a minute or two to "
        "generate, and stays a draft until you open it."
    )
    if not st.button("Make this study", icon=":material/music_note:"):
        return None
    bar = st.progress(0.0, "Composing and playing …")

    def show(share: float) -> None:
        bar.progress(share)

    try:
        study, samples = have_done(notes_or_sound_by, on_progress=show, seconds=MOST_SECONDS)
        return store.studies.create(study, samples).slug
    except (AudioError, GenerationError, SurveyError, WorkError) as error:
        bar.empty()
        show_error(error)
        return None
