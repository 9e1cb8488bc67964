"""What a listener's visit shows: a study, and where the listener is in it.

Apart from the page, whose script is run anew at every click, class definitions included.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.listener.checks import trial_number
from pages.shared.survey_store import survey_store
from survey_db.running.listener_state import ListenerState
from survey_db.schema import Study
from survey_db.store import Store


@dataclass(frozen=True)
class Visit:
    """What the page shows: a study, and the listener's state in it once they are one."""

    store: Store
    study: Study
    state: ListenerState | None


def look_up(slug: str, token: str | None) -> Visit:
    """Ask the store where a listener is."""
    store = survey_store()
    state = store.listening.state(slug, token) if token else None
    return Visit(store, state.study if state else store.studies.get(slug), state)


def last_visit(slug: str) -> Visit | None:
    """Return what was shown of a study before; None where nothing was."""
    visit: Visit | None = st.session_state.get("visit")
    return visit if visit is not None and visit.study.slug == slug else None


def screen_name(state: ListenerState) -> str:
    """Name the screen that a listener is on."""
    number = state.item.position if state.item else trial_number(state)
    return f"{state.step}-{number}"
