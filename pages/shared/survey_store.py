"""The survey's store, opened once for all visitors; the first start makes the default study."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.shared.kept import kept
from survey_db.database import URL_VARIABLE
from survey_db.errors import DatabaseError, SurveyError, UnavailableError
from survey_db.running.folder import read_folder
from survey_db.store import Store, open_store

DEFAULT_STUDY = Path(__file__).parents[1] / "admin" / "default_study"
DEFAULT_SLUG = "six-genres"

_log = logging.getLogger(__name__)


def survey_store() -> Store:
    """Return the store; where its database cannot be used, say why and end the page.

    Raises
    ------
    UnavailableError
        If it can perhaps be used later.
    """
    try:
        return the_store()
    except UnavailableError:
        raise
    except DatabaseError as error:
        _log.error("%s", error)  # for those who run the server: it names folders and hosts
        st.error(
            "The survey's database cannot be used; the server's log says why.", icon=":material/database_off:"
        )
        st.stop()


@kept(entries=64)
def sample_audio(sha256: str) -> bytes:
    """Return a sample's audio, read once for all listeners."""
    return survey_store().samples.audio(sha256)


def the_store() -> Store:
    """Return the store of this server.

    Raises
    ------
    DatabaseError
        If its database cannot be used.
    """
    return _open_store(os.environ.get(URL_VARIABLE))


@kept()
def _open_store(url: str | None) -> Store:
    store = open_store(url)
    if not store.studies.all(archived=True):
        make_default_study(store)
    return store


def make_default_study(store: Store) -> None:
    """Make and open the study that comes with the app; another server may have done so just now."""
    new, samples = read_folder(DEFAULT_STUDY)
    try:
        store.studies.create(replace(new, slug=DEFAULT_SLUG), samples, open_now=True)
    except SurveyError:
        if DEFAULT_SLUG not in {study.slug for study in store.studies.all(archived=True)}:
            raise
