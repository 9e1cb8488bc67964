"""The recipe in the address of the Generate page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from gmn_core.generation.provenance import model_version
from gmn_core.generation.recipe import LONGEST_TEXT, write_text
from gmn_core.generation.request import Change, GenerationRequest
from gmn_core.genres import Genre
from pages.shared.piece_link import RECIPE, VERSION

REQUEST = GenerationRequest(Genre.JAZZ, 12, seed=4, changes=(Change(seed=1, bars=(2, 3)),))


def reader() -> None:
    import streamlit as st

    from pages.composing.recipe_link import take_recipe

    st.session_state.taken = take_recipe()


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_function(reader)
    app.query_params.update(parameters)
    return app.run()


def test_a_recipe_is_taken_out_of_the_address_whole() -> None:
    app = opened(**{RECIPE: write_text(REQUEST), VERSION: model_version(), "other": "1"})
    assert app.session_state.taken == [REQUEST]
    assert not app.warning
    assert app.query_params.keys() == {"other"}


def test_without_a_recipe_there_is_nothing_to_say() -> None:
    app = opened(**{VERSION: "another"})
    assert app.session_state.taken == []
    assert not app.warning


@pytest.mark.parametrize("version", [{}, {VERSION: "another"}])
def test_the_recipe_of_another_generator_is_followed_and_the_difference_said(version: dict[str, str]) -> None:
    app = opened(**{RECIPE: write_text(REQUEST)}, **version)
    assert app.session_state.taken == [REQUEST]
    assert "another version of the generator" in app.warning[0].value


@pytest.mark.parametrize("text", ["", "broken", "€", write_text(REQUEST)[:-9], "A" * (LONGEST_TEXT + 1)])
def test_a_recipe_that_cannot_be_read_leaves_the_controls_free(text: str) -> None:
    app = opened(**{RECIPE: text, VERSION: model_version()})
    assert app.session_state.taken == []
    assert len(app.warning) == 1
    assert "The controls below are free." in app.warning[0].value
    assert not app.exception
