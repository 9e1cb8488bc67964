"""The listener's way through a study: start, questions, checks, practice, answers, end."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from survey_db.errors import SurveyError
from survey_db.genres import CANNOT_TELL
from survey_db.running.feedback import Comparison, compare_guesses
from survey_db.running.hearing import believable, is_whole, seconds_played, times_started
from survey_db.running.listener_state import ListenerState, find_state, next_item
from survey_db.running.lookup import STUDY_WITH_PARTS, find_study
from survey_db.running.questions import MOMENTS, attentive, checked_answers, questions_of
from survey_db.running.recruitment import recruitment_of
from survey_db.running.starting import Beginning, check_beginning, completion_code, start_listener
from survey_db.schema import Listener, Media, Presentation, Response, Sample
from survey_db.texts import MAX_COMMENT_LENGTH, clean, is_slug, is_token, limited
from survey_db.transactions import Transactions
from survey_db.vocabulary import HEADPHONE_PASS, HEADPHONE_TRIALS, MAX_RATING, MIN_RATING

# Asked at every click of every listener, and so built once. Answers that refer to a listener need not wait.
_LISTENER = (
    select(Listener).where(Listener.token == bindparam("token")).with_for_update(key_share=True, of=Listener)
)
_LISTENER_AND_STUDY = _LISTENER.options(joinedload(Listener.study, innerjoin=True).options(*STUDY_WITH_PARTS))
_PRESENTED = (
    select(Presentation, Response, Media.seconds)
    .join(Presentation.sample)
    .join(Sample.media)
    .outerjoin(
        Response,
        (Response.listener_id == Presentation.listener_id) & (Response.sample_id == Presentation.sample_id),
    )
    .where(Presentation.listener_id == bindparam("listener"), Presentation.sample_id == bindparam("sample"))
)


class _Presented(NamedTuple):
    """A sample in a listener's order, their answer to it if there is one, and how long its clip lasts."""

    presentation: Presentation
    response: Response | None
    seconds: float


class AnswerOutcome(StrEnum):
    """What became of an answer."""

    STORED = "stored"
    ALREADY_ANSWERED = "already answered"


def new_token() -> str:
    """Make the secret that identifies a listener: 128 random bits, fit for a link and known in a log."""
    return f"listener_{secrets.token_urlsafe(16)}"


class Listening:
    """What a listener does; reached as ``Store.listening``. Listeners are named by their token."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def start(
        self,
        slug: str,
        token: str,
        *,
        musical_training: str | None = None,
        device: str | None = None,
        preview_key: str | None = None,
        is_retake: bool = False,
        language: str | None = None,
        consent: str | None = None,
        identifiers: Mapping[str, str] | None = None,
        invitation: str | None = None,
    ) -> None:
        """Record a listener's consent and give them an order.

        Starting again with the same token changes nothing, so that a second
        click or tab makes no second listener.

        Parameters
        ----------
        slug : str
            The study.
        token : str
            From `new_token`.
        musical_training, device : str, optional
            One of `MUSICAL_TRAINING` and `DEVICES`, if the listener tells.
        preview_key : str, optional
            The study's own, for an administrator trying it out: the listener
            is marked as a test, and the study need not be open.
        is_retake : bool
            Whether the browser has shown the genres of this study before.
        language : str, optional
            In which of `LANGUAGES` they read the study.
        consent : str, optional
            What they read before they agreed, word for word; kept once.
        identifiers : mapping of str to str, optional
            What their link tells of them; kept as far as the study wants to know it.
        invitation : str, optional
            The code of their invitation, where the study has some.

        Raises
        ------
        SurveyError
            If the study takes no listeners now, not this one, or has another preview key.
        """
        beginning = Beginning(
            musical_training=musical_training,
            device=device,
            preview_key=preview_key,
            is_retake=is_retake,
            language=language,
            consent=consent,
            identifiers=identifiers or {},
            invitation=invitation,
        )
        check_beginning(token, beginning)
        now = self._database.clock()
        # Two studies may be the first to keep one and the same consent text at one and the same moment.
        self._database.write(lambda session: start_listener(session, slug, token, beginning, now))

    def state(self, slug: str, token: str) -> ListenerState | None:
        """Say where a listener is; None if the study does not know the token.

        Raises
        ------
        SurveyError
            If there is no such study.
        """
        with self._database.reading() as session:
            if is_slug(slug) and is_token(token) and (state := find_state(session, slug, token)):
                return state
            find_study(session, slug)
            return None

    def tell(self, token: str, moment: str, answers: Mapping[str, int | float | str]) -> None:
        """Store the answers to the study's own questions of one moment; the first ones stand.

        Whoever misses an attention check goes on, and is left out of the results.

        Parameters
        ----------
        token : str
            The listener.
        moment : str
            One of `MOMENTS`; those after the clips come once all clips are judged.
        answers : mapping of str to int, float or str
            By the questions' names; what was left open is missing.

        Raises
        ------
        SurveyError
            If a question that must be answered is not, or an answer does not fit.
        """
        if moment not in MOMENTS:
            raise SurveyError(f"Questions are asked at one of: {', '.join(MOMENTS)}.")
        now = self._database.clock()
        with self._database.writing() as session:
            listener = self._listener(session, token)
            told = listener.asked_before_at if moment == "before" else listener.asked_after_at
            if told is not None:
                return
            if moment == "after" and listener.judged_at is None:
                raise SurveyError("These questions come after the last clip.")
            questions = questions_of(listener.study, moment)
            found = checked_answers(questions, answers)
            listener.questionnaire = {**listener.questionnaire, **found}
            if not attentive(questions, found):
                listener.inattentive_at = listener.inattentive_at or now
            if moment == "before":
                listener.asked_before_at = now
            else:
                listener.asked_after_at = now
                _complete(listener, now)

    def pass_volume_check(self, token: str) -> None:
        """Record that the listener has set their volume."""
        with self._database.writing() as session:
            listener = self._listener(session, token)
            listener.volume_checked_at = listener.volume_checked_at or self._database.clock()

    def record_headphone_check(self, token: str, correct: int) -> None:
        """Record how many of the `HEADPHONE_TRIALS` were right; the first result stands."""
        if not 0 <= correct <= HEADPHONE_TRIALS:
            raise SurveyError(f"The headphone check has {HEADPHONE_TRIALS} trials.")
        with self._database.writing() as session:
            listener = self._listener(session, token)
            if listener.headphone_correct is None:
                listener.headphone_correct = correct
                required = recruitment_of(listener.study).headphones_required
                if required and correct < HEADPHONE_PASS:
                    listener.screened_out_at = self._database.clock()

    def finish_practice(self, token: str) -> None:
        """Record that the listener has done the practice clip."""
        with self._database.writing() as session:
            listener = self._listener(session, token)
            listener.practised_at = listener.practised_at or self._database.clock()

    def show(self, token: str, sample_id: int) -> None:
        """Record that a clip has been put before the listener; only the first time counts."""
        with self._database.writing() as session:
            shown = self._presented(session, self._listener(session, token), sample_id).presentation
            shown.shown_at = shown.shown_at or self._database.clock()

    def hear(self, token: str, sample_id: int, intervals: Iterable[Sequence[float]], *, ended: bool) -> bool:
        """Record how far a clip has been heard, as its player reports.

        Parameters
        ----------
        token : str
            The listener.
        sample_id : int
            The sample.
        intervals : iterable of (float, float)
            All that was played of it so far, in seconds of the clip and in
            order; what cannot be true is left out, and less than before is
            ignored.
        ended : bool
            Whether its end was reached. A player that says so before there
            was time to hear the clip is not believed.

        Returns
        -------
        bool
            Whether the clip counts as heard to its end, now or since earlier.
        """
        now = self._database.clock()
        with self._database.writing() as session:
            presented = self._presented(session, self._listener(session, token), sample_id)
            heard, clip_seconds = presented.presentation, presented.seconds
            if heard.shown_at is None:
                return False
            since_shown = (now - heard.shown_at).total_seconds()
            played = believable(intervals, clip_seconds, since_shown)
            if seconds_played(played) > heard.seconds_heard:
                heard.intervals_heard = [list(interval) for interval in played]
                heard.seconds_heard = seconds_played(played)
                heard.times_played = max(heard.times_played, times_started(played))
            if ended and heard.heard_at is None and is_whole(played, clip_seconds, since_shown):
                heard.heard_at = now
            return heard.heard_at is not None

    def answer(
        self,
        token: str,
        sample_id: int,
        *,
        guess: str,
        rating: int,
        known_piece: bool = False,
        comment: str | None = None,
        show_next: bool = False,
    ) -> AnswerOutcome:
        """Store a listener's answer to a sample; a second answer leaves the first as it is.

        The guess is a genre, or `CANNOT_TELL` where the study lets listeners say
        so. The answer is committed when this returns. The same answer once more
        changes nothing and counts as stored, so that whoever does not know
        whether it arrived can send it again.

        Where ``show_next``, the clip that comes next is put before the listener
        at once, as by `show` and with the same commit: the disk is waited for
        once a click.

        Raises
        ------
        SurveyError
            If the answer is incomplete, the clip was not heard to its end
            where the study demands that, or the study is closed.
        """
        now = self._database.clock()
        comment = limited("A comment", clean(comment or ""), MAX_COMMENT_LENGTH) or None
        named = None if guess == CANNOT_TELL else guess
        with self._database.writing() as session:
            listener = self._listener(session, token, with_study=True)
            presented = self._presented(session, listener, sample_id)
            presentation = presented.presentation
            if (first := presented.response) is not None:
                same = (first.guess, first.rating, first.known_piece, first.comment)
                again = same == (named, rating, known_piece, comment)
                return AnswerOutcome.STORED if again else AnswerOutcome.ALREADY_ANSWERED
            _check_answer(listener, presentation, guess, rating)
            session.add(
                Response(
                    listener_id=listener.id,
                    sample_id=sample_id,
                    study_id=listener.study_id,
                    guess=named,
                    rating=rating,
                    intervals_heard=presentation.intervals_heard,
                    seconds_heard=presentation.seconds_heard,
                    times_played=presentation.times_played,
                    known_piece=known_piece,
                    comment=comment,
                    answered_at=now,
                )
            )
            session.flush()
            following = next_item(session, listener)
            if following is None:
                listener.judged_at = now
                if not questions_of(listener.study, "after"):
                    _complete(listener, now)
            elif show_next and (listener.is_test or listener.study.status == "open"):
                shown = self._presented(session, listener, following.sample_id).presentation
                shown.shown_at = shown.shown_at or now
        return AnswerOutcome.STORED

    def comparison(self, token: str) -> Comparison:
        """Compare the guesses of a listener who has finished with what was intended."""
        with self._database.reading() as session:
            listener = session.scalar(select(Listener).where(Listener.token == token))
            if listener is None or listener.completed_at is None:
                raise SurveyError("You can see how your guesses compare once you have judged all clips.")
            return compare_guesses(session, listener)

    def _listener(self, session: Session, token: str, *, with_study: bool = False) -> Listener:
        """Find a listener and lock them, so that their tabs take turns; they are seen now."""
        query = _LISTENER_AND_STUDY if with_study else _LISTENER
        found = session.scalars(query, {"token": token}) if is_token(token) else None
        listener = found.unique().one_or_none() if found else None
        if listener is None:
            raise SurveyError("We do not know this listener. Please open the link of the study again.")
        listener.last_seen_at = self._database.clock()
        return listener

    def _presented(self, session: Session, listener: Listener, sample_id: int) -> _Presented:
        row = session.execute(_PRESENTED, {"listener": listener.id, "sample": sample_id}).one_or_none()
        if row is None:
            raise SurveyError("This sample is not part of the listening session.")
        return _Presented(*row)


def _complete(listener: Listener, now: datetime) -> None:
    listener.completed_at = now
    listener.completion_code = completion_code()


def _check_answer(listener: Listener, presentation: Presentation, guess: str, rating: int) -> None:
    study = listener.study
    # An answer on its way when the study is paused is kept. A closed study's data are final; tests are none.
    if study.status == "closed" and not listener.is_test:
        raise SurveyError("The study is closed now, so this answer was not stored.")
    offered = {genre.genre for genre in study.genres} | ({CANNOT_TELL} if study.cannot_tell else set())
    if guess not in offered:
        raise SurveyError("Choose one of the genres.")
    if not MIN_RATING <= rating <= MAX_RATING:
        raise SurveyError(f"Choose a rating from {MIN_RATING} to {MAX_RATING}.")
    if study.require_full_hearing and presentation.heard_at is None:
        raise SurveyError("Listen to the clip to its end first.")
