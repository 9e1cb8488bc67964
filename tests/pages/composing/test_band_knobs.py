"""The controls of chords, key and band."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from gmn_core.generation.music.band import Role
from gmn_core.generation.request import Player
from gmn_core.generation.tokens.progression import PRESETS, read_progression
from gmn_core.genres import Genre
from pages.composing.band_knobs import bars_in_letters, instruments_of, key_name, player
from pages.shared.piece_link import PLAYS, SILENT


def knobs() -> None:
    import streamlit as st

    from gmn_core import Genre
    from pages.composing.band_knobs import chord_knobs, player_knobs

    st.session_state.asked_for = (*chord_knobs(Genre.BLUES), player_knobs())


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(knobs).run()


def test_left_alone_they_ask_for_nothing(app: AppTest) -> None:
    assert app.session_state.asked_for == ("", "", ())
    assert not app.caption


def test_the_presets_of_the_genre_come_first_and_one_writes_its_chords(app: AppTest) -> None:
    preset = app.selectbox(key="preset")
    of_blues = [name for name, (_, genre) in PRESETS.items() if genre is Genre.BLUES]
    assert preset.options[: len(of_blues)] == sorted(of_blues)
    preset.select(of_blues[0]).run()
    assert app.session_state.asked_for[0] == PRESETS[of_blues[0]][0]
    assert app.selectbox(key="preset").value is None  # to be chosen again


def test_chords_are_shown_by_their_letters_or_with_what_is_wrong(app: AppTest) -> None:
    app.text_area(key="chords").set_value("ii7 V7 | I").run()
    assert not app.caption  # numerals without a key are of any
    app.selectbox(key="key").select("F major").run()
    assert [caption.value for caption in app.caption] == ["In F major: Gm7 C7 | F"]
    app.text_area(key="chords").set_value("C | Hm").run()
    assert "“Hm” in bar 2" in app.caption[0].value
    assert not app.exception


def test_who_plays_is_asked_for_role_by_role(app: AppTest) -> None:
    app.selectbox(key="drums-player").select("Brush drum kit")
    app.selectbox(key="lead-player").select("Harmonica")
    app.selectbox(key="pad-player").select(SILENT).run()
    assert set(app.session_state.asked_for[2]) == {
        Player(Role.DRUMS, 40),
        Player(Role.LEAD, 22),
        Player(Role.PAD, plays=False),
    }


def test_a_choice_says_an_instrument_or_only_that_somebody_plays() -> None:
    assert player(Role.SECOND, PLAYS) == Player(Role.SECOND)
    assert player(Role.BASS, "Fingered bass") == Player(Role.BASS, 33)
    assert "Harmonica" not in instruments_of(Role.DRUMS)


def test_a_long_progression_is_shown_by_its_first_bars() -> None:
    progression = read_progression(" | ".join(["Am", "F"] * 12), None)
    shown = bars_in_letters(progression)
    assert shown.count("|") == 16
    assert shown.endswith("| …")
    assert key_name(progression) == "A minor"
