"""A piece as notation: the tune under its chords, or every player."""

from __future__ import annotations

import streamlit as st

from gmn_core.generation.music.band import Band
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.notation import tune_of
from gmn_core.generation.playing.changing import count_bars
from gmn_core.generation.request import GenerationError
from pages.shared.generated import KeptSample, pictures_of
from pages.shared.notation_view import notation_view
from pages.shared.texts import plain
from pages.workers.errors import WorkError
from pages.workers.tasks import LEAD_SHEET, SCORE

_NAMED_CHORDS = 12


@st.fragment
def show_notation(sample: KeptSample, key: str) -> None:
    """Offer a piece as notation, which is drawn when somebody asks for it."""
    with st.expander("Notation", icon=":material/music_note:"):
        form = st.segmented_control(
            "Written as",
            (LEAD_SHEET, SCORE),
            key=f"notation-{key}",
            help="The tune under its chords, or every player. “Make scores” has both to edit and to print.",
        )
        if form is None:
            return
        try:
            with st.spinner("Writing it down …"):
                pictures = pictures_of(sample, form)
        except (GenerationError, WorkError) as error:
            st.error(plain(str(error)))
            return
        notation_view(pictures, title=form, words=score_in_words(sample.band, form), key=f"score-{key}")


def score_in_words(band: Band, form: str) -> str:
    """Say what a score shows, for those who cannot see it."""
    roles = [tune_of(band)] if form == LEAD_SHEET else list(reversed(band.roles))
    players = [
        f"{role.display_name.lower()} ({instrument_name(role, band.programs[role]).lower()})"
        for role in roles
    ]
    chords = list(dict.fromkeys(name for _, name in band.chords))
    under = f" under the chords {', '.join(chords[:_NAMED_CHORDS])}" if chords else ""
    more = " and others" if len(chords) > _NAMED_CHORDS else ""
    bars = count_bars(band)
    length = "one bar" if bars == 1 else f"{bars} bars"
    return (
        f"{form} of {length} in {band.key_name}, {band.beats_per_bar}/4: {', '.join(players)}{under}{more}."
    )
