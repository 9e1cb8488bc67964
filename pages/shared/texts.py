"""Texts that people have given, shown as they are: the one place where they are escaped."""

from __future__ import annotations

import re

import streamlit as st

# Whatever may mean something in Markdown: images above all, for which a browser would ask a foreign server.
_MARKUP = re.compile(r"([\\`*_\[\]<>~$:&])")
_AT_THE_START = re.compile(r"^(\s*\d*)([-+#.)])")  # lists and headings
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def plain(text: str) -> str:
    """Return a text in such Markdown that a page shows it character by character, on one line.

    Parameters
    ----------
    text : str
        A file's name, a study's title, an error that names either: anything
        that is not the app's own.
    """
    return _AT_THE_START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", _INVISIBLE.sub(" ", text)))


def show_error(error: Exception, icon: str | None = None) -> None:
    """Show the message of one of the packages' own errors, which may name what people have given."""
    st.error(plain(str(error)), icon=icon)
