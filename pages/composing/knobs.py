"""The Generate page's controls, and the requests that they ask for."""

from __future__ import annotations

import secrets

import streamlit as st
from streamlit.errors import StreamlitAPIException

from gmn_core.generation.playing.wishes import wishes_of
from gmn_core.generation.request import (
    DEFAULT_TYPICALITY,
    MAX_SECONDS,
    MAX_TEMPERATURE,
    MAX_TEMPO,
    MIN_SECONDS,
    MIN_TEMPERATURE,
    MIN_TEMPO,
    GenerationError,
    GenerationRequest,
)
from gmn_core.genres import GENRES, Genre
from pages.composing.band_knobs import BAND_KEYS, chord_knobs, player_knobs
from pages.shared.piece_link import MAX_COUNT, MAX_SEED, wrong_settings
from pages.shared.texts import plain

MAX_OPENING_MB = 1
MAX_DICE = 999_999  # dice give seeds that can be read aloud
FOLDED = ("blend", "share", "tempo", "temperature", "typicality", "plain", "count")
BY_NAME = {genre.display_name: genre for genre in GENRES}


def leave_out_what_is_wrong() -> None:
    """Take out of the address what cannot be, before the controls read it, and say what that was."""
    for name, sentence in wrong_settings(st.query_params.to_dict()).items():
        try:
            del st.query_params[name]
        except StreamlitAPIException:
            continue  # it was typed into a control, which says itself what is wrong
        st.warning(f"{plain(sentence)} The link's other settings are used.", icon=":material/link_off:")


def throw_first_dice() -> None:
    """Let each visit begin with a seed of its own, unless its link brings one."""
    if "seed" not in st.session_state and "seed" not in st.query_params:
        st.session_state.seed = st.session_state.used_seed = secrets.randbelow(MAX_DICE + 1)


def chosen_requests() -> list[GenerationRequest]:
    """Show a few knobs, fold the others; the address of the page follows them."""
    with st.container(border=True):
        what, how_long = st.columns(2, gap="medium")
        with what:
            genre = genre_knob()
        with how_long:
            seconds = length_knob()
        with st.expander(
            "More settings", icon=":material/tune:", expanded=any(name in st.query_params for name in FOLDED)
        ):
            left, middle, right = st.columns(3, gap="medium")
            with left:
                blend, share = blend_knobs()
            with middle:
                tempo, temperature, typicality, plainly = music_knobs()
            with right:
                count, opening = choice_knobs()
        with st.expander(
            "Chords and band",
            icon=":material/queue_music:",
            expanded=any(name in st.query_params for name in BAND_KEYS),
        ):
            chords, key = chord_knobs(genre)
            players = player_knobs()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button("Generate", type="primary", icon=":material/music_note:", on_click=ask)
            seed = seed_knob()
    try:
        requests = [
            GenerationRequest(
                genre,
                seconds,
                tempo,
                temperature,
                each,
                typicality=typicality,
                blend=blend,
                blend_weight=share,
                opening=opening,
                plain=plainly,
                chords=chords,
                key=key,
                players=players,
            )
            for each in range(seed, seed + count)
        ]
        wishes_of(requests[0])
        return requests
    except GenerationError as error:
        st.error(plain(str(error)))
        return []


def ask() -> None:
    """Have a piece made: a new one, unless its seed is locked or was typed in and not yet used."""
    used = st.session_state.get("used_seed")
    if st.session_state.seed == used and not st.session_state.get("lock"):
        st.session_state.seed = secrets.randbelow(MAX_DICE + 1)
    st.session_state.asked = True


def genre_knob() -> Genre:
    """Ask for the genre."""
    name = st.selectbox(
        "Genre",
        list(BY_NAME),
        key="genre",
        bind="query-params",
        help="What the piece should sound like.",
    )
    return BY_NAME[name]


def length_knob() -> float:
    """Ask for the length in seconds."""
    return float(
        st.slider(
            "Length (s)",
            *(int(MIN_SECONDS), int(MAX_SECONDS), 30, 5),
            key="seconds",
            bind="query-params",
            help="How long the piece lasts, including its ending.",
        )
    )


def seed_knob() -> int:
    """Show the seed, which may be typed in and locked."""
    seed = st.number_input(
        "Seed",
        min_value=0,
        max_value=MAX_SEED,
        step=1,
        key="seed",
        bind="query-params",
        width=180,
        help="Names the piece: the same settings and seed give it again. Type one in to have that piece.",
    )
    st.toggle(
        "Lock the seed", key="lock", help="Keeps the seed from click to click, to hear what a setting does."
    )
    return int(seed)


def blend_knobs() -> tuple[Genre | None, float]:
    """Ask for a second genre and its share."""
    blend = st.selectbox(
        "Second genre",
        list(BY_NAME),
        index=None,
        placeholder="None",
        key="blend",
        bind="query-params",
        help="Mixes another genre into the first: one piece with features of both.",
    )
    share = st.slider(
        "Share of the second genre",
        *(5, 95, 50, 5),
        format="%d%%",
        key="share",
        bind="query-params",
        disabled=blend is None,
        help="How much of the second genre is in the mix.",
    )
    return (BY_NAME[blend], share / 100) if blend else (None, 0.0)


def music_knobs() -> tuple[float | None, float, float, bool]:
    """Ask for tempo (None: as the genre), adventurousness, typicality, and a plain sound."""
    tempo = st.number_input(
        "Tempo (beats per minute)",
        *(int(MIN_TEMPO), int(MAX_TEMPO), None, 1),
        key="tempo",
        bind="query-params",
        placeholder="as the genre",
        help="How fast the beat is; if left empty, a tempo usual in the genre is chosen.",
    )
    temperature = st.slider(
        "Adventurousness",
        *(MIN_TEMPERATURE, MAX_TEMPERATURE, 1.0, 0.1),
        key="temperature",
        bind="query-params",
        help="Low values play it safe, high ones take risks; 1 follows the music it learned from.",
    )
    typicality = st.slider(
        "Typicality",
        *(0, 100, round(100 * DEFAULT_TYPICALITY), 5),
        format="%d%%",
        key="typicality",
        bind="query-params",
        help="High values start from pieces and instruments typical of the genre; "
        "below 50%, instruments that the genre seldom uses appear too.",
    )
    plainly = st.toggle(
        "Plain sound",
        key="plain",
        bind="query-params",
        help="Plays the notes as written and mixes every genre alike. Otherwise the piece is played, "
        "arranged and mixed like records of its genre, with a voice on syllables where they have one.",
    )
    # The browser counts in steps of 0.1 that are not exact: the link must give the very number that was used.
    return (
        None if tempo is None else float(tempo),
        round(float(temperature), 2),
        typicality / 100,
        plainly,
    )


def choice_knobs() -> tuple[int, bytes | None]:
    """Ask for the number of pieces and an opening."""
    count = st.slider(
        "How many",
        *(1, MAX_COUNT, 1),
        key="count",
        bind="query-params",
        help="Makes several pieces, with seeds counting up from this one.",
    )
    opening = st.file_uploader(
        "Opening (optional)",
        type=["mid", "midi"],
        max_upload_size=MAX_OPENING_MB,
        key="opening",
        help="A MIDI file whose first bars the piece continues; it is not stored.",
    )
    return int(count), opening.getvalue() if opening else None
