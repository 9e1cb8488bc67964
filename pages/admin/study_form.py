"""The settings of a study: the form that makes one, and that of a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from gmn_core.genres import Genre
from pages.shared.texts import show_error
from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.running.studies import NewStudy
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.texts import MAX_INTRODUCTION_LENGTH, MAX_TITLE_LENGTH
from survey_db.vocabulary import FEEDBACK

LOUDNESS = {-16.0: "−16 LUFS, for phones and headphones", -23.0: "−23 LUFS, broadcast level"}


def new_study_form(store: Store) -> str | None:
    """Ask for a new study's settings; return its name in the link once it is made."""
    with st.form("new_study"):
        new = study_fields(NewStudy(title=""), key="new")
        if not st.form_submit_button("Create the study", type="primary"):
            return None
    try:
        return store.studies.create(new).slug
    except SurveyError as error:
        show_error(error)
        return None


def settings_panel(store: Store, study: Study) -> None:
    """Show a study's settings, which can be changed while it is a draft."""
    draft = study.status == "draft"
    if not draft:
        st.caption(
            "These settings have been fixed since the study was opened: all its listeners should go through "
            "the same. Duplicate the study to make another like it."
        )
    held = store.editing.settings(study.slug)
    with st.form(f"settings-{study.slug}"):
        new = study_fields(held, key=study.slug, disabled=not draft)
        if not st.form_submit_button("Save the settings", type="primary", disabled=not draft):
            return
    try:
        store.editing.change(study.slug, new)
    except SurveyError as error:
        show_error(error)
    else:
        st.toast("Saved.")
        st.rerun()


def study_fields(held: NewStudy, *, key: str, disabled: bool = False) -> NewStudy:
    """Ask for the settings of a study, beginning with those that it has."""

    def options(name: str) -> dict[str, Any]:
        return {"key": f"{name}-of-{key}", "disabled": disabled}

    title = st.text_input(
        "Title",
        held.title,
        max_chars=MAX_TITLE_LENGTH,
        help="Listeners see it, so it should not name a genre.",
        **options("title"),
    )
    introduction = st.text_area(
        "Introduction for listeners",
        held.introduction,
        max_chars=MAX_INTRODUCTION_LENGTH,
        **options("introduction"),
    )
    genres = st.multiselect(
        "Genres that listeners may choose from",
        GENRES,
        default=list(held.genres),
        format_func=lambda genre: Genre(genre).display_name,
        **options("genres"),
    )
    loudnesses = list(dict.fromkeys([*LOUDNESS, held.target_loudness]))
    loudness = st.radio(
        "Loudness of every sample",
        loudnesses,
        loudnesses.index(held.target_loudness),
        format_func=lambda value: LOUDNESS.get(value, f"{value:g} LUFS"),
        horizontal=True,
        **options("loudness"),
    )
    cannot_tell = st.checkbox(
        "Offer “None of these, or I cannot tell” beside the genres",
        held.cannot_tell,
        help="Such an answer counts as a wrong guess in every result, and is shown in a column of its own. "
        "Without it, listeners who hear nothing have to guess.",
        **options("cannot-tell"),
    )
    full = st.checkbox(
        "Each clip must be heard to its end before it can be answered",
        held.require_full_hearing,
        **options("full"),
    )
    volume = st.checkbox("Begin with setting the volume", held.volume_check, **options("volume"))
    headphones = st.checkbox(
        "Begin with a headphone check (six short sounds)", held.headphone_check, **options("headphones")
    )
    feedback = st.radio(
        "Show listeners how their guesses compare",
        list(FEEDBACK),
        list(FEEDBACK).index(held.feedback),
        format_func=FEEDBACK.__getitem__,
        horizontal=True,
        help="What you tell one listener at the end may reach another who has yet to hear the clips. "
        "Where several people listen on one device, show it later: once it has been shown there, "
        "whoever comes next is marked as a retake and left out of the results.",
        **options("feedback"),
    )
    sitting = st.number_input(
        "Clips for each listener",
        min_value=1,
        value=held.sitting_size,
        step=1,
        placeholder="all",
        help="Where a study has more clips than this, each listener hears some of them, dealt out "
        "so that all are heard equally often.",
        **options("sitting"),
    )
    together = st.checkbox(
        "A listener may hear several versions of the same composition",
        held.renderings_together,
        help="Otherwise each listener hears one version of each: who has heard one knows the notes.",
        **options("together"),
    )
    return replace(
        held,
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
        cannot_tell=cannot_tell,
    )
