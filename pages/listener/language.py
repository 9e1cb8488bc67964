"""The language of the listener's screens: English in the code, others in the catalogues of ``locale/``."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import streamlit as st

from survey_db.vocabulary import LANGUAGES

FOLDER = Path(__file__).parent / "locale"
DOMAIN = "listener"
ENGLISH = "en"

_LANGUAGE = "language_of_screens"


def speak(language: str | None) -> None:
    """Show what follows in this visit in a language; in English where it is none that the screens know."""
    st.session_state[_LANGUAGE] = language if language in LANGUAGES else ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Show what is within in a language, as an administrator's preview does."""
    before = spoken()
    speak(language)
    try:
        yield
    finally:
        speak(before)


def spoken() -> str:
    """Return the language of this visit's screens."""
    language: str = st.session_state.get(_LANGUAGE, ENGLISH)
    return language


def preferred(offered: list[str]) -> str:
    """Return which of the languages offered the browser asks for; the first where it asks for others."""
    wanted = (st.context.locale or "").partition("-")[0].lower()
    return wanted if wanted in offered else offered[0]


def _(message: str) -> str:
    """Return a message in the language of this visit.

    Parameters
    ----------
    message : str
        In English; what is to be filled in stands in braces, by name.
    """
    return catalogue(spoken()).gettext(message) if message else message


def plural(one: str, many: str, number: int) -> str:
    """Return the message for one or for many in the language of this visit, with ``{number}`` filled in."""
    return catalogue(spoken()).ngettext(one, many, number).format(number=number)


def decimals(value: float, digits: int = 1) -> str:
    """Return a number as the language of this visit writes it."""
    text = f"{value:.{digits}f}"
    return text if spoken() == ENGLISH else text.replace(".", ",")


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Read the messages of a language; those that it lacks stay English."""
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)
