"""The panel that asks for changes of a piece."""

from __future__ import annotations

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest


def panel_of_one_bar() -> None:
    from types import SimpleNamespace
    from typing import Any, cast

    from gmn_core import Band, Genre, Note, Role
    from gmn_core.generation.request import GenerationRequest
    from pages.composing.changing import change_panel

    notes = {Role.LEAD: (Note(0, 60, 480, 80),)}
    band = Band(
        tempo=40,
        beats_per_bar=4,
        steps_per_beat=4,
        tonic=0,
        minor=False,
        programs={Role.LEAD: 0},
        notes=notes,
        length=4 * 480,
    )
    shown = SimpleNamespace(band=band, request=GenerationRequest(Genre.CLASSICAL, seconds=10))
    change_panel(cast("Any", SimpleNamespace(shown=shown, made=[shown], at=0, has_room=True)), 0)


def test_a_piece_of_one_bar_offers_no_choice_of_bars() -> None:
    app = AppTest.from_function(panel_of_one_bar).run()
    assert not app.exception
    assert [slider.label for slider in app.slider] == ["Length (s)"]


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
