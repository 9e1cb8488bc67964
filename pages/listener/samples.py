"""The screens on which a listener hears a clip and answers; the practice clip's answers are not kept."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.guard.metrics import ANSWERS
from pages.listener.buttons import button
from pages.listener.connection import Connection, post, say, waiting
from pages.listener.language import _
from pages.listener.playback import playback_of
from pages.listener.questions import (
    Answer,
    Draft,
    choices_of,
    chosen,
    fill_in,
    questions,
    read_draft,
    show_missing,
)
from pages.listener.storage import in_browser
from pages.shared.player import Hearing, last_report, play
from pages.shared.survey_store import sample_audio
from survey_db.running.listener_state import Item, ListenerState, Step
from survey_db.running.listening import AnswerOutcome
from survey_db.schema import Study
from survey_db.store import Store


def sample_screen(connection: Connection, store: Store, state: ListenerState) -> None:
    """Show the listener's next sample: hear it, name its genre, rate it."""
    item, token = state.item, state.listener.token
    if item is None:
        raise ValueError("a listener at a sample has one")
    place = _("Clip {position} of {total}").format(position=item.position, total=item.total)
    st.header(place, anchor=False)
    st.progress((item.position - 1) / item.total)
    name = f"{state.listener.short_id}-{item.position}"
    record_showing(connection, store, token, item)
    heard = record_hearing(connection, store, state, name, _player(connection, state.study, item, name))
    if (kept := draft_in_browser(state, name)) is not None:
        fill_in(name, kept.answer)
        if kept.submitted:
            st.session_state["answered_here"] = item.sample_id
            post(partial(send, store, token, item.sample_id, kept.answer, kept.hearing))
            st.rerun()
    answer = questions(state.study, name, disabled=waiting())
    ready = heard or not state.study.require_full_hearing
    button(
        _("Next") if item.position < item.total else _("Finish"),
        partial(submit, store, token, item.sample_id, name),
        key=f"next-{name}",
        disabled=not (ready and answer.complete) or waiting(),
    )
    if not waiting():
        show_missing(answer, heard=ready)


def practice_screen(connection: Connection, store: Store, state: ListenerState) -> None:
    """Show the practice clip with the same questions."""
    item = state.item
    if item is None:
        raise ValueError("a listener at the practice clip has one")
    st.title(_("Practice"), anchor=False)
    st.write(_("Try it out with this clip. Nothing on this screen is stored."))
    name = f"{state.listener.short_id}-practice"
    hearing = _player(connection, state.study, item, name)
    answer = questions(state.study, name, disabled=waiting())
    ready = not state.study.require_full_hearing or (hearing is not None and hearing.ended)
    button(
        _("Start the study"),
        partial(post, partial(store.listening.finish_practice, state.listener.token)),
        key=f"next-{name}",
        disabled=not (ready and answer.complete) or waiting(),
    )
    if not waiting():
        show_missing(answer, heard=ready)


def record_showing(connection: Connection, store: Store, token: str, item: Item) -> None:
    """Store that a clip has been put before a listener; only the first time counts."""
    if not item.shown:
        connection.ask(lambda: store.listening.show(token, item.sample_id), None)


def record_hearing(
    connection: Connection, store: Store, state: ListenerState, name: str, hearing: Hearing | None
) -> bool:
    """Store what the player reports, once a report; return whether the clip has been heard to its end.

    While the study cannot be asked, the player's word is taken for now.
    """
    item, token = state.item, state.listener.token
    if item is None:
        raise ValueError("a listener who hears a clip has one")
    if hearing is None or st.session_state.get("recorded") == (name, hearing):
        return item.heard
    heard = connection.ask(
        lambda: store.listening.hear(token, item.sample_id, hearing.intervals, ended=hearing.ended),
        item.heard or hearing.ended,
    )
    # An end that came too soon for the server is told again at the next rerun.
    if not connection.lost and (heard or not hearing.ended):
        st.session_state["recorded"] = name, hearing
    return heard


def untold_hearing(name: str) -> Hearing | None:
    """Return what a screen's player has reported last, if the study has not been told of it."""
    hearing = last_report(f"player-{name}")
    return None if st.session_state.get("recorded") == (name, hearing) else hearing


def submit(store: Store, token: str, sample_id: int, name: str) -> None:
    """Have an answer committed; the next screen appears only after that.

    What is committed is what the widgets hold now: a last change, or a last
    report of the player, may arrive together with the click.
    """
    answer = chosen(name)
    if answer.complete:
        st.session_state["answered_here"] = sample_id
        post(partial(send, store, token, sample_id, answer, untold_hearing(name)))


def went_on_elsewhere(before: ListenerState, now: ListenerState) -> bool:
    """Return whether a clip that this visit showed, and sent no answer to, has been answered meanwhile."""
    if before.step is not Step.SAMPLE or before.item is None or before.listener.id != now.listener.id:
        return False
    moved = now.step is Step.FINISHED or (now.item is not None and now.item.position > before.item.position)
    return moved and st.session_state.get("answered_here") != before.item.sample_id


def send(store: Store, token: str, sample_id: int, answer: Answer, hearing: Hearing | None) -> None:
    """Store an answer, and before it what the study was not told of how the clip was heard."""
    if answer.guess is None or answer.rating is None:
        raise ValueError("an answer names a genre and a rating")
    if hearing is not None:
        store.listening.hear(token, sample_id, hearing.intervals, ended=hearing.ended)
    outcome = store.listening.answer(
        token,
        sample_id,
        guess=answer.guess,
        rating=answer.rating,
        known_piece=answer.known_piece,
        comment=answer.comment,
        show_next=True,
    )
    if outcome is AnswerOutcome.STORED:
        ANSWERS.inc()
    else:
        say(_("You had already answered that clip; your first answer is kept."))


def draft_in_browser(state: ListenerState, name: str) -> Draft | None:
    """Keep what is chosen in the browser until the study has it; return, once, what was found there.

    A page that was loaded anew goes on as the one before: with the same
    choices, or, where the listener had gone on already, by sending them.
    """
    answer = chosen(name)
    draft = Draft(answer, waiting(), untold_hearing(name)).record() if answer != Answer() else None
    found = in_browser(f"answer-{state.listener.short_id}", name, draft)
    if draft is not None or st.session_state.get("draft_found") == name:
        return None
    kept = read_draft(found, choices_of(state.study))
    if kept is not None:
        st.session_state["draft_found"] = name
    return kept


def _player(connection: Connection, study: Study, item: Item, name: str) -> Hearing | None:
    """Play a clip; what the player starts from stays as it was when the screen first appeared."""
    playback = playback_of(
        item.media_type,
        item.seconds,
        intervals=item.intervals,
        heard=item.heard,
        to_the_end=study.require_full_hearing,
    )
    playback = st.session_state.setdefault(f"playback-{name}", playback)
    audio = _audio(connection, item.sha256)
    return None if audio is None else play(audio, playback, key=f"player-{name}")


def _audio(connection: Connection, sha256: str) -> bytes | None:
    """Return a clip’s audio, which a visit holds while it shows the clip; None where it has none yet."""
    held: tuple[str, bytes] | None = st.session_state.get("clip")
    if held is not None and held[0] == sha256:
        return held[1]
    audio = connection.ask(lambda: sample_audio(sha256), None)
    if audio is not None:
        st.session_state["clip"] = sha256, audio
    return audio
