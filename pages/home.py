"""The Home page: what this is, a first piece to hear, and what can be done here."""

from __future__ import annotations

import streamlit as st

from pages.front.game import guessing_game
from pages.front.jobs import show_jobs
from pages.front.origin import show_origin
from pages.shared.brand import NAME


def main() -> None:
    words, game = st.columns([5, 6], gap="medium", vertical_alignment="top")
    with words:
        st.title(NAME)
        st.markdown(
            "A small neural network composes music for a band, in any of ten genres. "
            "Here you can hear it, make pieces of your own, and run the listening study that shows "
            "how good they are."
        )
        st.markdown(
            "**Is it musical?** Listeners rate each piece, without knowing where it comes from.\n\n"
            "**Can you hear which genre it learned from?** Listeners guess, and so do three classifiers. "
            "Try it yourself."
        )
    with game:
        guessing_game()
    st.header("What you can do here")
    show_jobs()
    st.header("The study that this grew from")
    show_origin()


main()
