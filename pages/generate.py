"""The Generate page: set the controls, hear a new piece, download it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmn_core.generation.request import (
    GenerationError,
    GenerationRequest,
)
from pages.composing.downloads import offer_all
from pages.composing.knobs import chosen_requests, leave_out_what_is_wrong, throw_first_dice
from pages.composing.piece import show_heard, show_piece
from pages.composing.recipe_link import take_recipe
from pages.composing.versions import Versions
from pages.shared.generated import sample_cache
from pages.shared.piece_link import PLAY
from pages.shared.texts import plain
from pages.workers.errors import WorkError


def main() -> None:
    st.title("Generate")
    st.write(
        "A small neural network, trained on music of ten genres, composes a piece for a band, and "
        "sampled instruments play it. Give it your chords and your band, keep what you like, change the rest."
    )
    recipe = take_recipe()
    leave_out_what_is_wrong()
    throw_first_dice()
    requests = chosen_requests()
    if requests and PLAY in st.query_params:
        st.session_state.asked = True
    if requests and st.session_state.pop("asked", False):
        st.query_params.pop(PLAY, None)
        st.session_state.wanted, st.session_state.made = recipe or requests, []
        st.session_state.used_seed = st.session_state.seed
    make_and_show()


def cancel() -> None:
    """Keep what is complete; the click itself has ended the run that was at work."""
    st.session_state.wanted = st.session_state.wanted[: len(st.session_state.made)]
    for versions in st.session_state.made:
        versions.wanted = None


def make_and_show() -> None:
    """Show what is made and make what is missing, each shown when it is complete."""
    wanted: list[GenerationRequest] = st.session_state.get("wanted", [])
    made: list[Versions] = st.session_state.get("made", [])
    work = st.empty()
    slots = [show_piece(versions, index) for index, versions in enumerate(made)]
    for versions in made:
        if versions.wanted is not None:
            make_change(versions, work)
    if len(made) < len(wanted):
        show = working(work)
        while len(made) < len(wanted):
            index = len(made)
            text = f"Composing {index + 1} of {len(wanted)} …" if len(wanted) > 1 else "Composing …"
            try:
                made.append(Versions([sample_cache().get(wanted[index], partial(show, text))]))
            except (GenerationError, WorkError) as error:
                st.session_state.wanted = wanted[:index]
                work.error(plain(str(error)))
                break
            slots.append(show_piece(made[index], index))
        else:
            work.empty()
    if len(made) > 1:
        offer_all([versions.shown for versions in made])
    for versions, slot in zip(made, slots, strict=True):
        with slot:
            show_heard(versions.shown)


def working(work: DeltaGenerator) -> Callable[[str, float], None]:
    """Show a bar with a button that cancels, and return what moves it."""
    with work.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        st.button("Cancel", icon=":material/close:", on_click=cancel)

    def show(text: str, share: float) -> None:
        bar.progress(min(share, 1.0), text)

    return show


def make_change(versions: Versions, work: DeltaGenerator) -> None:
    """Make the version that is asked for, while the others can be seen and heard."""
    show = working(work)
    assert versions.wanted is not None
    try:
        before = versions.made[versions.before].band
        sample = sample_cache().get(versions.wanted, partial(show, "Changing the piece …"), before)
    except (GenerationError, WorkError) as error:
        versions.wanted = None
        work.error(plain(str(error)))
        return
    versions.add(sample)
    st.rerun()


main()
