"""The screens on which a listener hears a clip and answers; the practice clip's answers are not kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from gmn_core.genres import Genre
from pages.listener.buttons import button
from pages.shared.player import Hearing, Playback, play
from pages.shared.survey_store import sample_audio
from survey_db.errors import SurveyError
from survey_db.running.listening import Outcome
from survey_db.running.place import Item, Place
from survey_db.schema import MAX_RATING, MIN_RATING, RATING_ANCHORS, Study
from survey_db.store import Store
from survey_db.texts import MAX_COMMENT_LENGTH

# The scale as one row of ten that fits a phone, its anchors under their numbers.
_STYLE = """<style>
.st-key-rating button { padding: 0; min-width: 0; flex: 1 1 0; }
.rating-anchors {
  display: grid; grid-template-columns: 3fr 3fr 4fr; gap: 0.75rem;
  font-size: 0.85rem; line-height: 1.3; margin-top: -0.6rem;
}
.rating-anchors b { display: block; }
.rating-anchors :nth-child(2) { text-align: center; }
.rating-anchors :nth-child(3) { text-align: right; }
</style>"""


@dataclass(frozen=True)
class Answer:
    """What the widgets of a screen hold; None where nothing has been chosen."""

    guess: str | None
    rating: int | None
    known_piece: bool
    comment: str

    @property
    def complete(self) -> bool:
        """Whether a genre and a rating have been chosen."""
        return self.guess is not None and self.rating is not None


def sample_screen(store: Store, place: Place) -> None:
    """Show the listener's next sample: hear it, name its genre, rate it."""
    item, token = place.item, place.listener.token
    if item is None:
        raise ValueError("a listener at a sample has one")
    if notice := st.session_state.pop("notice", None):
        st.warning(notice, icon=":material/info:")
    st.progress((item.position - 1) / item.total, f"Clip {item.position} of {item.total}")
    name = f"{place.listener.short_id}-{item.position}"
    store.listening.show(token, item.sample_id)
    heard = record_hearing(store, place, item, _player(place.study, item, name))
    answer = questions(place.study, name)
    ready = heard or not place.study.require_full_hearing
    button(
        "Next" if item.position < item.total else "Finish",
        partial(submit, store, token, item.sample_id, name),
        key=f"next-{name}",
        disabled=not (ready and answer.complete),
        help=None if ready else "Listen to the clip to its end first.",
    )


def practice_screen(store: Store, place: Place) -> None:
    """Show the practice clip with the same questions."""
    item = place.item
    if item is None:
        raise ValueError("a listener at the practice clip has one")
    st.title("Practice")
    st.write("Try it out with this clip. Nothing of this screen is stored.")
    name = f"{place.listener.short_id}-practice"
    hearing = _player(place.study, item, name)
    answer = questions(place.study, name)
    ready = not place.study.require_full_hearing or (hearing is not None and hearing.ended)
    button(
        "Start the study",
        partial(store.listening.finish_practice, place.listener.token),
        key=f"next-{name}",
        disabled=not (ready and answer.complete),
    )


def record_hearing(store: Store, place: Place, item: Item, hearing: Hearing | None) -> bool:
    """Store what the player reports, once a report; return whether the clip has been heard to its end."""
    if hearing is None or st.session_state.get("recorded") == (item.position, hearing):
        return item.heard
    heard = store.listening.hear(
        place.listener.token,
        item.sample_id,
        hearing.intervals,
        ended=hearing.ended,
    )
    # An end that came too soon for the server is told again at the next rerun.
    if heard or not hearing.ended:
        st.session_state["recorded"] = item.position, hearing
    return heard


def chosen(name: str) -> Answer:
    """Return what a screen's widgets hold at this moment."""
    state = st.session_state
    return Answer(
        state.get(f"guess-{name}"),
        state.get(f"rating-{name}"),
        known_piece=state.get(f"known-{name}", False),
        comment=state.get(f"comment-{name}", ""),
    )


def submit(store: Store, token: str, sample_id: int, name: str) -> None:
    """Commit an answer; the next screen appears only after that.

    What is committed is what the widgets hold now: a last change may arrive
    together with the click.
    """
    answer = chosen(name)
    if answer.guess is None or answer.rating is None:
        return
    try:
        outcome = store.listening.answer(
            token,
            sample_id,
            guess=answer.guess,
            rating=answer.rating,
            known_piece=answer.known_piece,
            comment=answer.comment,
        )
    except SurveyError as error:
        st.session_state["notice"] = str(error)
        return
    if outcome is Outcome.ALREADY_ANSWERED:
        st.session_state["notice"] = "You had already answered that clip; your first answer is kept."


def questions(study: Study, name: str) -> Answer:
    """Ask for genre and rating, with nothing chosen beforehand."""
    st.pills(
        "Which genre do you hear?",
        [genre.genre for genre in study.genres],
        format_func=lambda genre: Genre(genre).display_name,
        key=f"guess-{name}",
    )
    with st.container(key="rating"):
        st.segmented_control(
            "How musical is it?",
            range(MIN_RATING, MAX_RATING + 1),
            key=f"rating-{name}",
            width="stretch",
        )
        anchors = "".join(f"<span><b>{number}</b>{words}</span>" for number, words in RATING_ANCHORS.items())
        st.html(f'{_STYLE}<div class="rating-anchors">{anchors}</div>')
    st.checkbox("I know this piece", key=f"known-{name}")
    st.text_input("Comment (optional)", max_chars=MAX_COMMENT_LENGTH, key=f"comment-{name}")
    return chosen(name)


def _player(study: Study, item: Item, name: str) -> Hearing | None:
    """Play a clip; what the player starts from stays as it was when the screen first appeared."""
    if study.require_full_hearing:
        before, after = "Listen to the end to go on.", "Heard to the end. You may play it again."
    else:
        before, after = "Press play.", "You may play it again."
    playback = Playback(
        item.media_type,
        item.seconds,
        intervals=item.intervals,
        heard=item.heard,
        before=before,
        after=after,
    )
    playback = st.session_state.setdefault(f"playback-{name}", playback)
    return play(sample_audio(item.sha256), playback, key=f"player-{name}")
