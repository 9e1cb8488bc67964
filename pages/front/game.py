"""Hear a piece, guess its genre, and see what it was and what a classifier heard; nothing is stored."""

from __future__ import annotations

import streamlit as st

from gmn_core.genres import GENRES, Genre
from pages.front.band import band_view
from pages.front.pieces import HomePiece, shipped_pieces

PLACE, GUESSES = "home-place", "home-guesses"


def guessing_game() -> None:
    """Show one piece, its question, and its answer once there is a guess."""
    pieces = shipped_pieces()
    place: int = st.session_state.setdefault(PLACE, 0)
    guesses: list[Genre] = st.session_state.setdefault(GUESSES, [])
    piece = pieces[place]
    band_view(piece.audio, piece.seconds, piece.notes, name=f"piece {place + 1}", key="home-band")
    if len(guesses) == place:
        st.pills(
            f"Piece {place + 1} of {len(pieces)}: which genre is this?",
            GENRES,
            format_func=lambda genre: genre.display_name,
            key=f"home-guess-{place}",
            on_change=_take_guess,
            wrap=True,
        )
        return
    st.markdown(answer(piece, guesses[place]))
    st.caption(score(pieces, guesses))
    last = place + 1 == len(pieces)
    with st.container(horizontal=True, vertical_alignment="center"):
        if last:
            st.button("Start again", on_click=_start_again, icon=":material/replay:")
            st.page_link("pages/survey.py", label="Take part in the study", icon=":material/hearing:")
        else:
            st.button("Next piece", on_click=_go_on, type="primary", icon=":material/skip_next:")
        st.page_link(
            "pages/generate.py",
            label=f"Make more {piece.genre.display_name.lower()}",
            icon=":material/piano:",
            query_params={"genre": piece.genre.display_name},
        )


def answer(piece: HomePiece, guess: Genre) -> str:
    """Return what a piece was, what the visitor said and what the classifier heard, as Markdown."""
    name = f"**{piece.genre.display_name.lower()}**"
    heard, share = piece.verdict
    first = (
        f":material/check_circle: Yes, the network was asked for {name}."
        if guess is piece.genre
        else f":material/cancel: The network was asked for {name}; you said {guess.display_name.lower()}."
    )
    own = piece.genre.display_name.lower()
    doubt = "" if heard is piece.genre else f" It gives {own} {piece.heard[piece.genre]:.0%}."
    machine = "also hears" if heard is guess else "hears"
    verdict = f"**{heard.display_name.lower()}** ({share:.0%} sure)"
    return f"{first}\n\nOur best classifier {machine} {verdict}.{doubt}"


def score(pieces: tuple[HomePiece, ...], guesses: list[Genre]) -> str:
    """Return how often the visitor and the classifier were right so far."""
    heard = list(zip(pieces, guesses, strict=False))
    yours = sum(piece.genre is guess for piece, guess in heard)
    machine = sum(piece.genre is piece.verdict[0] for piece, _ in heard)
    return (
        f"You: {yours} of {len(heard)} right. The classifier: {machine} of {len(heard)}. "
        "Blind guessing: one in ten. Nothing is stored."
    )


def _take_guess() -> None:
    place = st.session_state[PLACE]
    guess = st.session_state.get(f"home-guess-{place}")
    if guess is not None:
        st.session_state[GUESSES] = [*st.session_state[GUESSES][:place], Genre(guess)]


def _go_on() -> None:
    # A click that comes twice, or long after its button has gone, skips no piece.
    st.session_state[PLACE] = min(len(st.session_state[GUESSES]), len(shipped_pieces()) - 1)


def _start_again() -> None:
    st.session_state[PLACE], st.session_state[GUESSES] = 0, []
