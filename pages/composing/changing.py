"""The controls that change a piece: another player, some bars again, a variation, another length."""

from __future__ import annotations

import secrets

import streamlit as st

from gmn_core.generation.music.band import ROLES, Band, Role
from gmn_core.generation.playing.changing import count_bars
from gmn_core.generation.request import (
    A_LITTLE,
    A_LOT,
    MAX_CHANGES,
    MAX_SECONDS,
    MIN_SECONDS,
    Change,
    GenerationError,
    Player,
)
from pages.composing.band_knobs import instruments_of, player
from pages.composing.versions import ANOTHER, MOST_VERSIONS, Versions, all_but
from pages.shared.piece_link import PLAYS, SILENT
from pages.shared.texts import plain

SHARES = {"All of it": 1.0, "A lot": A_LOT, "A little": A_LITTLE}
_SEEDS = 1_000_000


def version_bar(versions: Versions, index: int) -> None:
    """Let the visitor go from version to version, and back."""
    if len(versions.made) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"version-{index}"
        st.session_state[key] = versions.at

        def choose() -> None:
            if st.session_state[key] in range(len(versions.made)):
                versions.at = st.session_state[key]

        st.selectbox(
            "Version",
            range(len(versions.made)),
            format_func=versions.label,
            key=key,
            on_change=choose,
            help="Every version of this visit stays here.",
        )
        others = [each for each in range(len(versions.made)) if each != versions.at]
        st.selectbox(
            "Beside it",
            others,
            index=None,
            format_func=versions.label,
            placeholder="nothing",
            key=f"beside-{index}",
            help="Shows another version next to this one, to hear both.",
        )
        st.button(
            "Undo",
            key=f"undo-{index}",
            icon=":material/undo:",
            on_click=versions.undo,
            disabled=not versions.shown.request.changes,
            help="Back to the version that this one was made from.",
        )


def beside(versions: Versions, index: int) -> int | None:
    """Return the version that is to be shown next to the first, if any."""
    chosen = st.session_state.get(f"beside-{index}")
    return chosen if chosen in range(len(versions.made)) and chosen != versions.at else None


def change_panel(versions: Versions, index: int) -> None:
    """Offer changes of the version that is shown."""
    band = versions.shown.band
    # Who has made one change is likely to make another.
    with st.expander("Change this piece", icon=":material/edit_note:", expanded=len(versions.made) > 1):
        if not versions.has_room:
            st.caption(f"A piece can be changed {MAX_CHANGES} times, and has up to {MOST_VERSIONS} versions.")
            return
        st.caption("What you do not change stays the same, note for note.")
        with st.container(horizontal=True):
            for role in band.roles:
                _quick(versions, index, ANOTHER[role], Change(lock=all_but(band, {role})))
            _quick(versions, index, "Vary a little", Change(share=A_LITTLE))
            _quick(versions, index, "Vary a lot", Change(share=A_LOT))
        _form(versions, index, band)


def _quick(versions: Versions, index: int, label: str, change: Change) -> None:
    """Show a button for a change that needs no more to be said."""

    def ask() -> None:
        versions.ask(_with_seed(change))

    st.button(label, key=f"{label}-{index}", on_click=ask)


def _with_seed(change: Change) -> Change:
    return Change(secrets.randbelow(_SEEDS), change.lock, change.bars, change.share)


def _form(versions: Versions, index: int, band: Band) -> None:
    """Ask for a change in detail."""
    length = round(versions.shown.request.length)
    at = f"{index}-{versions.at}-{len(versions.made)}"
    with st.form(f"change-{at}", border=False):
        left, middle, right = st.columns(3, gap="medium")
        with left:
            bars, lock = _bars_and_lock(band, at)
        with middle:
            share, seconds = _share_and_length(length, at)
        with right:
            chords, role, choice = _chords_and_player(at)
        if not st.form_submit_button("Make the change", type="primary", icon=":material/autorenew:"):
            return
        try:
            change = Change(
                seed=secrets.randbelow(_SEEDS),
                lock=lock,
                bars=None if bars == (1, count_bars(band)) else bars,
                share=share,
                seconds=None if seconds == length else float(seconds),
                chords=chords.strip(),
                players=() if role is None else (_player(role, choice),),
            )
        except GenerationError as error:
            st.error(plain(str(error)))
            return
        versions.ask(change)
        st.rerun()


def _bars_and_lock(band: Band, at: str) -> tuple[tuple[int, int], frozenset[Role]]:
    n_bars = count_bars(band)
    bars = 1, n_bars
    if n_bars > 1:  # a slow piece of ten seconds may have one bar alone
        bars = st.slider("Bars", 1, n_bars, bars, key=f"bars-{at}", help="Only these bars change.")
    lock = st.pills(
        "Keep",
        band.roles,
        format_func=lambda role: role.display_name,
        selection_mode="multi",
        key=f"keep-{at}",
        help="These players keep every note.",
        wrap=True,
    )
    return bars, frozenset(lock)


def _share_and_length(length: int, at: str) -> tuple[float, int]:
    share = st.segmented_control(
        "How much changes",
        list(SHARES),
        default="All of it",
        key=f"share-{at}",
        help="Of what may change.",
    )
    seconds = st.slider(
        "Length (s)",
        *(int(MIN_SECONDS), int(MAX_SECONDS), length, 1),
        key=f"length-{at}",
        help="Longer, and the piece goes on; shorter, and it ends sooner. What is there stays.",
    )
    return SHARES[share or "All of it"], seconds


def _chords_and_player(at: str) -> tuple[str, Role | None, str]:
    chords = st.text_input(
        "Other chords",
        key=f"chords-{at}",
        placeholder="as they are",
        help="For these bars, in letters or Roman numerals.",
    )
    role = st.selectbox(
        "Player",
        ROLES,
        index=None,
        format_func=lambda role: role.display_name,
        placeholder="nobody in particular",
        key=f"player-{at}",
        help="Whose instrument changes, who joins or who leaves.",
    )
    names = list(dict.fromkeys(name for each in ROLES for name in instruments_of(each)))
    choice = st.selectbox(
        "… plays on",
        (PLAYS, SILENT, *names),
        key=f"on-{at}",
        help="With the same notes, if you keep everybody.",
    )
    return chords, role, choice


def _player(role: Role, choice: str) -> Player:
    if choice not in (PLAYS, SILENT) and choice not in instruments_of(role):
        what = "drum kit" if role is Role.DRUMS else "instrument of theirs"
        raise GenerationError(f"The {role.display_name.lower()} cannot play on {choice}: it is no {what}.")
    return player(role, choice)
