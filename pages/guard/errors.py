"""The one place for errors that no page caught: a sentence and a number to see, the rest in the log."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from pages.guard.metrics import PAGE_FAILURES
from pages.listener.language import _
from survey_db.errors import UnavailableError

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

_log = logging.getLogger(__name__)


def report_error(error: Exception) -> bool:
    """Tell the visitor that something failed, in words of this app.

    Streamlit calls it for whatever a page, a button or a part of a page that
    is renewed by itself has raised.

    Parameters
    ----------
    error : Exception
        What was raised.

    Returns
    -------
    bool
        True: Streamlit need not show anything of its own.
    """
    PAGE_FAILURES.inc()
    number = reference_number()
    _log.error("Reference number %s", number, exc_info=error)
    st.error(sentence_for(error, number), icon=":material/report:")
    return True


def sentence_for(error: Exception, number: str) -> str:
    """Return what a visitor is told of an error, in the language of their visit.

    Nothing of its own words is in it, since they may name anything.
    """
    if isinstance(error, UnavailableError):
        sentence = _(
            "The survey’s database cannot be used at the moment. Please reload this page in a minute; if "
            "that does not help, tell the people who run this site the number {number}."
        )
    else:
        sentence = _(
            "Something went wrong on this page. Please reload it; if that does not help, tell the people "
            "who run this site the number {number}."
        )
    return sentence.format(number=number)


def reference_number() -> str:
    """Make a number by which an error can be found in the log, easy to read out."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
