"""The Survey page: what a listener sees, from the link to the completion code."""

from __future__ import annotations

import streamlit as st

from pages.listener.browser import find_token, preview_key, remember, screen
from pages.listener.checks import headphone_screen, volume_screen
from pages.listener.connection import Connection, connected, say
from pages.listener.language import _, speak
from pages.listener.questionnaire import questionnaire_screen
from pages.listener.samples import practice_screen, sample_screen, went_on_elsewhere
from pages.listener.screens import (
    closed_screen,
    consent_screen,
    footer,
    screened_out_screen,
    style,
    thanks_screen,
)
from pages.listener.visit import last_visit, look_up, screen_name
from pages.shared.survey_store import survey_store
from pages.shared.texts import plain
from survey_db.errors import SurveyError
from survey_db.running.listener_state import ListenerState, Step
from survey_db.running.words import languages_of
from survey_db.store import Store


def main() -> None:
    slug = st.query_params.get("study")
    style(listening=slug is not None)
    with connected() as connection:
        if slug is None:
            choose_study(connection)
        else:
            listen(connection, slug)


def listen(connection: Connection, slug: str) -> None:
    """Show a listener's present screen; the last one that is known while the study cannot be asked."""
    key = preview_key(slug)
    preview = key is not None
    connection.deliver()
    try:
        visit = connection.ask(lambda: look_up(slug, find_token(slug, preview=preview)), last_visit(slug))
    except SurveyError as error:
        check = _("Please check the link that you were given.")
        st.error(f"{_(str(error))} {check}", icon=":material/link_off:")
        return
    if visit is None:
        return
    before = last_visit(slug)
    st.session_state["visit"] = visit
    if visit.state is None:
        with screen("consent"):
            consent_screen(connection, visit.store, visit.study, key)
        return
    remember(slug, visit.state.listener.token, preview=preview)
    speak(visit.state.listener.language or languages_of(visit.study)[0])
    if before is not None and before.state is not None and went_on_elsewhere(before.state, visit.state):
        say(_("You went on in another tab or on another device. This is where you are now."))
    with screen(screen_name(visit.state)):
        show(connection, visit.store, visit.state)


def show(connection: Connection, store: Store, state: ListenerState) -> None:
    """Show the listener's present screen."""
    match state.step:
        case Step.QUESTIONS_BEFORE:
            questionnaire_screen(store, state, "before")
        case Step.VOLUME:
            volume_screen(store, state)
        case Step.HEADPHONES:
            headphone_screen(store, state)
        case Step.PRACTICE:
            practice_screen(connection, store, state)
        case Step.SAMPLE:
            sample_screen(connection, store, state)
        case Step.QUESTIONS_AFTER:
            questionnaire_screen(store, state, "after")
        case Step.FINISHED:
            thanks_screen(connection, store, state, on_next_listener=lambda: remember(state.study.slug, None))
        case Step.SCREENED_OUT:
            screened_out_screen(state)
        case Step.PAUSED | Step.CLOSED:
            closed_screen(state.step)
    footer(state)


def choose_study(connection: Connection) -> None:
    """Offer the studies that are open, to a visitor who came without a link."""
    st.title("Take part in a listening study", anchor=False)
    studies = connection.ask(lambda: survey_store().studies.all(), None)
    if studies is None:
        return
    open_studies = [study for study in studies if study.status == "open"]
    if not open_studies:
        st.info("No study is open to listeners at the moment.", icon=":material/hourglass_empty:")
    for study in open_studies:
        with st.container(border=True):
            st.subheader(plain(study.title), anchor=False)
            st.write(study.introduction)
            if st.button("Take part", key=f"join-{study.slug}", type="primary"):
                st.query_params["study"] = study.slug
                st.rerun()


main()
