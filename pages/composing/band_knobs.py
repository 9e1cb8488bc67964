"""The controls of chords, key and band, and what they ask for."""

from __future__ import annotations

import streamlit as st

from gmn_core.generation.music.band import KEY_NAMES, MINOR_NAMES, ROLES, Role
from gmn_core.generation.music.instruments import DRUM_KITS, INSTRUMENTS
from gmn_core.generation.playing.wishes import wishes_of
from gmn_core.generation.request import GenerationError, GenerationRequest, Player
from gmn_core.generation.tokens.progression import PRESETS, Progression
from gmn_core.genres import Genre
from pages.shared.piece_link import PLAYS, SILENT, player_key
from pages.shared.texts import plain

KEYS = (*(f"{name} major" for name in KEY_NAMES), *(f"{name} minor" for name in MINOR_NAMES))
BAND_KEYS = ("chords", "key", *map(player_key, ROLES))
_SHOWN_BARS = 16


def instruments_of(role: Role) -> dict[str, int]:
    """Return the programs of what a role can play on, by name."""
    if role is Role.DRUMS:
        return {name: program for program, name in DRUM_KITS.items()}
    return {name: program for program, name in enumerate(INSTRUMENTS)}


def chord_knobs(genre: Genre) -> tuple[str, str]:
    """Ask for chords, which a preset can write, and for a key; say how they are understood."""
    left, right = st.columns([3, 1], gap="medium")
    with right:
        presets = sorted(PRESETS, key=lambda name: (PRESETS[name][1] != genre, name))
        st.selectbox(
            "Well-known chords",
            presets,
            index=None,
            placeholder="Choose …",
            key="preset",
            on_change=_write_preset,
            help="Writes a well-known progression into the chords; those of the genre come first.",
        )
        key = st.selectbox(
            "Key",
            KEYS,
            index=None,
            placeholder="from the chords, or any",
            key="key",
            bind="query-params",
            help="The key of the piece; Roman numerals are read in it.",
        )
    with left:
        chords = st.text_area(
            "Chords",
            key="chords",
            bind="query-params",
            placeholder="Dm7 G7 | Cmaj7 %",
            height=124,
            help="Bar by bar, in letters (Am7, F♯, G/B) or Roman numerals (ii7, V7); % repeats. They go "
            "round to the end. Left empty, the genre has its own.",
        )
        if chords.strip():
            _show_understood(chords, key or "")
    return chords.strip(), key or ""


def _write_preset() -> None:
    if st.session_state.preset in PRESETS:
        st.session_state.chords = PRESETS[st.session_state.preset][0]
    st.session_state.preset = None


def _show_understood(chords: str, key: str) -> None:
    """Show the chords by their letters, or what is wrong with them."""
    try:
        found = wishes_of(GenerationRequest(Genre.POP, chords=chords, key=key)).progression
    except GenerationError as error:
        st.caption(f":red[{plain(str(error))}]")
        return
    if found is not None and found.tonic is not None:
        st.caption(f"In {key_name(found)}: {plain(bars_in_letters(found))}")


def key_name(progression: Progression) -> str:
    """Return the key of chords, as people say it."""
    tonic = progression.tonic or 0
    return f"{MINOR_NAMES[tonic]} minor" if progression.minor else f"{KEY_NAMES[tonic]} major"


def bars_in_letters(progression: Progression) -> str:
    """Return the first bars of chords, in letters."""
    tonic, minor = progression.tonic or 0, progression.minor
    bars = [" ".join(each.name(tonic, minor=minor) for each in bar) for bar in progression.bars]
    return " | ".join(bars[:_SHOWN_BARS]) + (" | …" if len(bars) > _SHOWN_BARS else "")


def player_knobs() -> tuple[Player, ...]:
    """Ask who plays on what; the genre decides where nothing is chosen."""
    columns = st.columns(3, gap="medium")
    found = []
    for number, role in enumerate(ROLES):
        with columns[number % 3]:
            chosen = st.selectbox(
                role.display_name,
                (PLAYS, SILENT, *instruments_of(role)),
                index=None,
                placeholder="as the genre",
                key=player_key(role),
                bind="query-params",
                help="Silent, or what it plays on; left empty, the genre decides.",
            )
        if chosen is not None:
            found.append(player(role, chosen))
    return tuple(found)


def player(role: Role, chosen: str) -> Player:
    """Return what a choice says of a role."""
    return Player(role, instruments_of(role).get(chosen), chosen != SILENT)
