"""The questions on a clip, and the answer that a listener has chosen so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from gmn_core.genres import Genre
from pages.listener.language import _
from pages.shared.player import Hearing, read_report
from survey_db.genres import CANNOT_TELL
from survey_db.schema import Study
from survey_db.texts import MAX_COMMENT_LENGTH, clean
from survey_db.vocabulary import MAX_RATING, MIN_RATING, RATING_ANCHORS

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

    guess: str | None = None
    rating: int | None = None
    known_piece: bool = False
    comment: str = ""

    @property
    def complete(self) -> bool:
        """Whether a genre and a rating have been chosen."""
        return self.guess is not None and self.rating is not None


@dataclass(frozen=True)
class Draft:
    """An answer that the study does not have yet, as the browser keeps it.

    Parameters
    ----------
    answer : Answer
        What has been chosen.
    submitted : bool
        Whether the listener has gone on, so that it only waits to be stored.
    hearing : Hearing or None
        What the player has reported and the study does not know yet.
    """

    answer: Answer
    submitted: bool
    hearing: Hearing | None

    def record(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def read_draft(record: Any, genres: Collection[str]) -> Draft | None:
    """Read what a browser kept; None where it is no draft, since browsers can send anything.

    Parameters
    ----------
    record : anything
        From the browser.
    genres : collection of str
        What the study lets listeners choose.
    """
    match record:
        case {
            "answer": {
                "guess": str() | None as guess,
                "rating": int() | None as rating,
                "known_piece": bool() as known_piece,
                "comment": str() as comment,
            },
            "submitted": bool() as submitted,
            "hearing": hearing,
        }:
            known = guess is None or guess in genres
            in_range = rating is None or MIN_RATING <= rating <= MAX_RATING
            if known and in_range and len(comment) <= MAX_COMMENT_LENGTH and not isinstance(rating, bool):
                answer = Answer(guess, rating, known_piece, clean(comment))
                return Draft(answer, submitted and answer.complete, read_report(hearing))
    return None


def choices_of(study: Study) -> list[str]:
    """Return what listeners of a study may choose as the genre of a clip."""
    return [*(genre.genre for genre in study.genres), *([CANNOT_TELL] if study.cannot_tell else [])]


def guess_label(guess: str) -> str:
    """Return what a choice is called in the language of this visit."""
    return _("None of these, or I cannot tell") if guess == CANNOT_TELL else _(Genre(guess).display_name)


def chosen(name: str) -> Answer:
    """Return what a screen's widgets hold at this moment."""
    state = st.session_state
    return Answer(
        state.get(f"guess-{name}"),
        state.get(f"rating-{name}"),
        known_piece=state.get(f"known-{name}", False),
        comment=state.get(f"comment-{name}") or "",
    )


def fill_in(name: str, answer: Answer) -> None:
    """Put an answer into a screen's widgets, which must not have been shown yet in this run."""
    state = st.session_state
    state[f"guess-{name}"] = answer.guess
    state[f"rating-{name}"] = answer.rating
    state[f"known-{name}"] = answer.known_piece
    state[f"comment-{name}"] = answer.comment


def questions(study: Study, name: str, *, disabled: bool = False) -> Answer:
    """Ask for genre and rating, with nothing chosen beforehand."""
    st.pills(
        _("Which genre do you hear?"),
        choices_of(study),
        format_func=guess_label,
        key=f"guess-{name}",
        disabled=disabled,
    )
    with st.container(key="rating"):
        st.segmented_control(
            _("How musical is it?"),
            range(MIN_RATING, MAX_RATING + 1),
            key=f"rating-{name}",
            width="stretch",
            disabled=disabled,
        )
        anchors = "".join(
            f"<span><b>{number}</b>{_(words)}</span>" for number, words in RATING_ANCHORS.items()
        )
        st.html(f'{_STYLE}<div class="rating-anchors">{anchors}</div>')
    st.checkbox(_("I know this piece"), key=f"known-{name}", disabled=disabled)
    st.text_input(
        _("Comment (optional)"), max_chars=MAX_COMMENT_LENGTH, key=f"comment-{name}", disabled=disabled
    )
    return chosen(name)


def show_missing(answer: Answer, *, heard: bool) -> None:
    """Say what a listener has yet to do before they can go on; nothing where that is nothing."""
    missing = [
        "" if heard else _("hear the clip to its end"),
        _("choose a genre") if answer.guess is None else "",
        _("choose a rating") if answer.rating is None else "",
    ]
    if left := [words for words in missing if words]:
        st.caption(_("Still to do: {steps}.").format(steps=", ".join(left)))
