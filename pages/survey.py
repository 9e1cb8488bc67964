"""The Survey page: what a listener sees, from the link to the completion code."""

from __future__ import annotations

import streamlit as st

from pages.listener.browser import find_token, preview_key, remember, screen
from pages.listener.checks import headphone_screen, volume_screen
from pages.listener.samples import practice_screen, sample_screen
from pages.listener.screens import (
    closed_screen,
    consent_screen,
    footer,
    style,
    thanks_screen,
)
from pages.shared.survey_store import survey_store
from survey_db.errors import SurveyError
from survey_db.running.place import Place, Step
from survey_db.store import Store


def main() -> None:
    store = survey_store()
    slug = st.query_params.get("study")
    style(listening=slug is not None)
    if slug is None:
        choose_study(store)
        return
    key = preview_key(slug)
    preview = key is not None
    token = find_token(slug, preview=preview)
    try:
        study = store.studies.get(slug)
        place = store.listening.place(slug, token) if token else None
    except SurveyError as error:
        st.error(f"{error} Please check the link that you were given.", icon=":material/link_off:")
        return
    if place is None:
        with screen("consent"):
            consent_screen(store, study, key)
        return
    remember(slug, place.listener.token, preview=preview)
    with screen(screen_name(place)):
        show(store, place)


def screen_name(place: Place) -> str:
    """Name the screen that a listener is on."""
    number = place.item.position if place.item else st.session_state.get("headphone_trial", 0)
    return f"{place.step}-{number}"


def show(store: Store, place: Place) -> None:
    """Show the listener's present screen."""
    match place.step:
        case Step.VOLUME:
            volume_screen(store, place)
        case Step.HEADPHONES:
            headphone_screen(store, place)
        case Step.PRACTICE:
            practice_screen(store, place)
        case Step.SAMPLE:
            sample_screen(store, place)
        case Step.FINISHED:
            thanks_screen(store, place, on_next_listener=lambda: remember(place.study.slug, None))
        case Step.PAUSED | Step.CLOSED:
            closed_screen(place.step)
    footer(place)


def choose_study(store: Store) -> None:
    """Offer the studies that are open, to a visitor who came without a link."""
    st.title("Take part in a listening study")
    open_studies = [study for study in store.studies.all() if study.status == "open"]
    if not open_studies:
        st.info("No study is open to listeners at the moment.", icon=":material/hourglass_empty:")
    for study in open_studies:
        with st.container(border=True):
            st.subheader(study.title)
            st.write(study.introduction)
            if st.button("Take part", key=f"join-{study.slug}", type="primary"):
                st.query_params["study"] = study.slug
                st.rerun()


main()
