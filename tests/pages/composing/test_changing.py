"""The panel that asks for changes of a piece, and the bar of its versions."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.request import A_LITTLE, Change, GenerationRequest, Player
from gmn_core.generation.sound.soundfont import find_soundfont
from gmn_core.genres import Genre
from pages.composing.versions import Versions
from pages.shared.generated import KeptSample
from pages.shared.texts import plain

ROLES = (Role.DRUMS, Role.BASS, Role.LEAD)
NOTES = {role: (Note(0, 40, 100, 90), Note(7 * 1920, 40, 100, 90)) for role in ROLES}
BAND = Band(120, 4, 4, 0, False, {Role.DRUMS: 0, Role.BASS: 33, Role.LEAD: 22}, NOTES, 8 * 1920)
REQUEST = GenerationRequest(Genre.BLUES, 20)


def sample(band: Band = BAND, *changes: Change) -> KeptSample:
    return KeptSample(replace(REQUEST, changes=changes), band, {}, go.Figure(), b"", b"", find_soundfont())


def panel() -> None:
    import streamlit as st

    from pages.composing.changing import beside, change_panel, version_bar

    versions = st.session_state.versions
    version_bar(versions, 0)
    st.session_state.other = beside(versions, 0)
    change_panel(versions, 0)


def shown(*made: KeptSample) -> AppTest:
    app = AppTest.from_function(panel)
    app.session_state.versions = Versions(list(made))
    return app.run()


def click(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def wanted(app: AppTest) -> Change:
    """The change that is asked for, its seed, which is drawn, left out."""
    request = app.session_state.versions.wanted
    assert request is not None
    return replace(request.changes[-1], seed=0)


def test_a_piece_of_one_bar_offers_no_choice_of_bars() -> None:
    app = shown(sample(replace(BAND, notes={Role.LEAD: (Note(0, 60, 480, 80),)}, programs={Role.LEAD: 0})))
    assert not app.exception
    assert [slider.label for slider in app.slider] == ["Length (s)"]


@pytest.mark.parametrize(
    ("label", "change"),
    [
        ("Another drummer", Change(lock=frozenset({Role.BASS, Role.LEAD}))),
        ("Another tune", Change(lock=frozenset({Role.DRUMS, Role.BASS}))),
        ("Vary a little", Change(share=A_LITTLE)),
    ],
)
def test_a_button_asks_for_its_change(label: str, change: Change) -> None:
    app = shown(sample())
    click(app, label)
    assert wanted(app) == change


def test_only_players_of_the_piece_can_be_asked_for_anew() -> None:
    labels = [button.label for button in shown(sample()).button]
    assert "Another bass line" in labels
    assert "Another pad" not in labels


def test_the_form_asks_for_all_that_it_says() -> None:
    app = shown(sample())
    app.slider[0].set_range(5, 6)
    app.slider[1].set_value(25)
    next(iter(app.get("button_group"))).set_value([Role.LEAD])
    app.text_input[0].set_value(" Dm7 ")
    next(box for box in app.selectbox if box.label == "Player").select(Role.BASS)
    next(box for box in app.selectbox if box.label == "… plays on").select("Fretless bass")
    click(app, "Make the change")
    assert not app.error
    assert wanted(app) == Change(
        lock=frozenset({Role.LEAD}), bars=(5, 6), seconds=25, chords="Dm7", players=(Player(Role.BASS, 35),)
    )


def test_an_instrument_of_another_role_is_refused_in_a_sentence() -> None:
    app = shown(sample())
    next(box for box in app.selectbox if box.label == "Player").select(Role.DRUMS)
    next(box for box in app.selectbox if box.label == "… plays on").select("Harmonica")
    click(app, "Make the change")
    assert [error.value for error in app.error] == [
        plain("The drums cannot play on Harmonica: it is no drum kit.")
    ]
    assert app.session_state.versions.wanted is None


def test_versions_are_chosen_compared_and_undone() -> None:
    app = shown(sample(), sample(BAND, Change(seed=3, share=A_LITTLE)))
    app.selectbox(key="version-0").select_index(1).run()
    assert app.session_state.versions.at == 1
    app.selectbox(key="beside-0").select_index(0).run()
    assert app.session_state.other == 0
    click(app, "Undo")
    assert app.session_state.versions.at == 0
    assert app.session_state.other is None  # no version stands beside itself


def bar_of_two_versions() -> None:
    from types import SimpleNamespace

    import streamlit as st

    from pages.composing.changing import beside, version_bar

    shown = SimpleNamespace(request=SimpleNamespace(changes=()))
    fresh = SimpleNamespace(made=[shown, shown], at=1, shown=shown, label="version {}".format, undo=list)
    versions = st.session_state.setdefault("versions", fresh)
    st.session_state["two"] = versions.at, beside(versions, 0)
    version_bar(versions, 0)


def test_a_version_that_there_is_not_is_not_shown() -> None:
    app = AppTest.from_function(bar_of_two_versions).run()
    sent = [WidgetState(id=box.proto.id, string_value="elsewhere") for box in app.selectbox]
    app._run(WidgetStates(widgets=sent)).run()
    assert not app.exception
    assert app.session_state["two"] == (1, None)
    app.selectbox[0].select(0).run()
    assert app.session_state["two"] == (0, None)
    app.selectbox[1].select(1).run()
    assert app.session_state["two"] == (0, 1)
