"""A piece as notation, drawn when it is asked for."""

from __future__ import annotations

import gzip
from dataclasses import replace

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.sound.soundfont import find_soundfont
from gmn_core.genres import Genre
from pages.composing.notation import score_in_words
from pages.shared.generated import KeptSample, pictures_of
from pages.workers.tasks import LEAD_SHEET, SCORE

NOTES = {Role.DRUMS: (Note(0, 36, 10, 90),), Role.LEAD: (Note(480, 60, 480, 100),)}
BAND = Band(120, 4, 4, 9, False, {Role.DRUMS: 0, Role.LEAD: 22}, NOTES, 1920, chords=((0, "A7"), (960, "D7")))


def test_a_score_is_told_in_words() -> None:
    assert score_in_words(BAND, LEAD_SHEET) == (
        "Lead sheet of one bar in A major, 4/4: lead (harmonica) under the chords A7, D7."
    )
    chords = tuple((480 * beat, f"C{beat}") for beat in range(13))
    assert score_in_words(replace(BAND, chords=chords), SCORE).startswith(
        "Score of one bar in A major, 4/4: lead (harmonica), drums (standard drum kit) under the chords C0,"
    )
    assert score_in_words(replace(BAND, chords=chords), SCORE).endswith("C11 and others.")


def page() -> None:
    import streamlit as st

    from pages.composing.notation import show_notation

    show_notation(st.session_state.sample, "0")


def test_nothing_is_written_before_somebody_asks_and_then_both_widths_are() -> None:
    request = GenerationRequest(Genre.BLUES, 10)
    sample = KeptSample(request, BAND, {}, go.Figure(), b"", b"notation", find_soundfont())
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state.sample = sample
    app.run()
    assert not app.get("bidi_component")
    app.segmented_control[0].set_value(LEAD_SHEET).run()
    assert not app.exception
    assert len(app.get("bidi_component")) == 1
    pictures = pictures_of(sample, LEAD_SHEET)
    assert pictures.keys() == {"wide", "narrow"}
    assert all(gzip.decompress(own).startswith(b"<svg") for own in pictures.values())


def test_where_it_cannot_be_drawn_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from gmn_core.generation.request import GenerationError
    from pages.composing import notation

    def refuse(sample: KeptSample, form: str) -> None:
        raise GenerationError("Scores are drawn by Verovio.")

    monkeypatch.setattr(notation, "pictures_of", refuse)
    sample = KeptSample(
        GenerationRequest(Genre.BLUES, 10), BAND, {}, go.Figure(), b"", b"missing", find_soundfont()
    )
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state.sample = sample
    app.run()
    app.segmented_control[0].set_value(SCORE).run()
    assert [error.value for error in app.error] == ["Scores are drawn by Verovio."]
