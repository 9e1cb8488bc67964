"""One piece as the Generate page shows it: sound, notes, and what the classifier hears."""

from __future__ import annotations

import hashlib

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmn_core.generation.request import (
    GenerationRequest,
)
from gmn_core.models.card import ModelError
from pages.admin.add_to_study import add_to_study_button
from pages.composing.changing import beside, change_panel, version_bar
from pages.composing.downloads import show_downloads, show_link
from pages.composing.notation import show_notation
from pages.composing.versions import Versions
from pages.shared.charts import draw
from pages.shared.generated import KeptSample, parts_of, verdict, what_it_is_worth
from pages.shared.piece_player import piece_player
from pages.shared.texts import plain
from pages.shared.work import failures_told
from pages.workers.errors import WorkError


def show_piece(versions: Versions, index: int) -> DeltaGenerator:
    """Show one piece, and return the slot for its verdict, which takes longer."""
    sample, other = versions.shown, beside(versions, index)
    with st.container(border=True):
        st.subheader(title(sample.request))
        version_bar(versions, index)
        if other is None:
            show_sound(sample, f"{index}")
        else:
            for column, own in zip(st.columns(2, gap="medium"), (versions.at, other), strict=True):
                with column:
                    st.caption(f"Version {plain(versions.label(own))}")
                    show_sound(versions.made[own], f"{index}-{own}")
        change_panel(versions, index)
        drawn, heard = st.columns(2, gap="medium")
        with drawn:
            st.markdown("**What the network chose**")
            st.markdown("\n".join(f"- {name}: {value}" for name, value in sample.drawn.items()))
        show_downloads(sample, index)
        with st.container(horizontal=True, vertical_alignment="center"):
            add_to_study_button(sample)
        show_link(sample)
    return heard.container()


def show_sound(sample: KeptSample, key: str) -> None:
    """Show the player of one version, its notes in detail and, on request, as notation."""
    wanted = f"parts-{hashlib.sha256(sample.ogg).hexdigest()[:12]}"
    parts = None
    if st.session_state.get(wanted):
        with failures_told():
            parts = parts_of(sample)
    if piece_player(sample.band, sample.ogg, parts, key=f"player-{key}") and parts is None:
        st.session_state[wanted] = True
        st.rerun()
    with st.expander("Notes in detail", icon=":material/piano:"):
        draw(sample.roll, key=f"roll-{key}", alt=notes_in_words(sample), caption=how_to_read(sample))
    show_notation(sample, key)


def notes_in_words(sample: KeptSample) -> str:
    """Say what the picture of the notes shows, for those who cannot see it."""
    parts = [
        f"{role.display_name.lower()} {len(sample.band.notes[role])} notes"
        for role in sample.band.roles
        if sample.band.notes[role]
    ]
    return f"The notes of the piece over {sample.band.seconds:.0f} s: {', '.join(parts)}."


def how_to_read(sample: KeptSample) -> str:
    """Say how to read the notes, and where a continuation begins."""
    read = "Each bar is a note, higher for higher pitches and darker for louder ones; the drums are below."
    if sample.band.join:
        joined = sample.band.in_seconds(sample.band.join)
        read += f" Up to the dashed line at {joined:.1f} s these are your opening's notes."
    return read


def title(request: GenerationRequest) -> str:
    """Return what a piece is called, e.g. "Jazz with 30% disco, seed 7"."""
    blend = f" with {request.blend_weight:.0%} {request.blend.display_name.lower()}" if request.blend else ""
    version = f", changed {_times(len(request.changes))}" if request.changes else ""
    return f"{request.genre.display_name}{blend}, seed {request.seed}{version}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def show_heard(sample: KeptSample) -> None:
    """Show which genre the app's own classifier hears in the piece, and what that is worth."""
    st.markdown("**What the machine hears**")
    try:
        found = verdict(sample.ogg)
    except (ModelError, WorkError) as error:
        st.caption(str(error))
        return
    (first, share), *others = found.ranked()[:3]
    followers = " and ".join(f"{genre.display_name.lower()} ({part:.0%})" for genre, part in others)
    st.metric("Sounds most like", first.display_name, f"{share:.0%}", delta_color="off", delta_arrow="off")
    st.caption(f"Then {followers}. {what_it_is_worth(sample.request, first)}")
