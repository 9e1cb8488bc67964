"""The Generate page: set the controls, hear a new piece, download it."""

from __future__ import annotations

import streamlit as st

from gmn_core.generation.request import (
    GenerationError,
    GenerationRequest,
)
from pages.composing.downloads import offer_all
from pages.composing.knobs import chosen_requests, leave_out_what_is_wrong, throw_first_dice
from pages.composing.piece import show_heard, show_sample
from pages.shared.generated import KeptSample, sample_cache
from pages.shared.piece_link import PLAY
from pages.workers.errors import WorkError


def main() -> None:
    st.title("Generate")
    st.write(
        "A small neural network, trained on music of ten genres, composes a piece for a band, and "
        "sampled instruments play it. Each click makes a new piece; the same settings and seed give it again."
    )
    leave_out_what_is_wrong()
    throw_first_dice()
    requests = chosen_requests()
    if requests and PLAY in st.query_params:
        st.session_state.asked = True
    if requests and st.session_state.pop("asked", False):
        st.query_params.pop(PLAY, None)
        st.session_state.wanted, st.session_state.made = requests, []
        st.session_state.used_seed = st.session_state.seed
    make_and_show()


def cancel() -> None:
    """Keep what is complete; the click itself has ended the run that was at work."""
    st.session_state.wanted = st.session_state.wanted[: len(st.session_state.made)]


def make_and_show() -> None:
    """Show what is made and make what is missing, each shown when it is complete."""
    wanted: list[GenerationRequest] = st.session_state.get("wanted", [])
    made: list[KeptSample] = st.session_state.get("made", [])
    work = st.empty()
    slots = [show_sample(sample, index) for index, sample in enumerate(made)]
    if len(made) < len(wanted):
        with work.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0)
            st.button("Cancel", icon=":material/close:", on_click=cancel)
        while len(made) < len(wanted):
            index = len(made)
            text = f"Composing {index + 1} of {len(wanted)} …" if len(wanted) > 1 else "Composing …"

            def show(part: float, text: str = text) -> None:
                bar.progress(min(part, 1.0), text)

            try:
                made.append(sample_cache().get(wanted[index], show))
            except (GenerationError, WorkError) as error:
                st.session_state.wanted = wanted[:index]
                work.error(str(error))
                break
            slots.append(show_sample(made[index], index))
        else:
            work.empty()
    if len(made) > 1:
        offer_all(made)
    for sample, slot in zip(made, slots, strict=True):
        with slot:
            show_heard(sample)


main()
