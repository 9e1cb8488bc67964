"""The link of a piece that was changed: its recipe, taken out of the address."""

from __future__ import annotations

import streamlit as st

from gmn_core.generation.provenance import model_version
from gmn_core.generation.recipe import read_text
from gmn_core.generation.request import GenerationError, GenerationRequest
from pages.shared.piece_link import RECIPE, VERSION


def take_recipe() -> list[GenerationRequest]:
    """Return what the link asks for, if it holds a recipe; say where it cannot be met as it was."""
    text = st.query_params.get(RECIPE)
    version = st.query_params.get(VERSION)
    for name in (RECIPE, VERSION):
        st.query_params.pop(name, None)
    if text is None:
        return []
    try:
        request = read_text(text)
    except GenerationError as error:
        st.warning(f"{error} The controls below are free.", icon=":material/link_off:")
        return []
    if version != model_version():
        st.warning(
            "This link was made by another version of the generator: the piece will be another one.",
            icon=":material/update:",
        )
    return [request]
