"""The panel that asks for changes of a piece."""

from __future__ import annotations

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
    change_panel(cast("Any", SimpleNamespace(shown=shown, made=[shown], at=0)), 0)


def test_a_piece_of_one_bar_offers_no_choice_of_bars() -> None:
    app = AppTest.from_function(panel_of_one_bar).run()
    assert not app.exception
    assert [slider.label for slider in app.slider] == ["Length (s)"]
