"""The listener's way through a study: start, checks, practice, answers, end."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_db.errors import SurveyError
from survey_db.running.attendance import DROP_OUT_AFTER
from survey_db.running.feedback import Comparison, compare_guesses
from survey_db.running.hearing import believable, is_whole, seconds_played, times_started
from survey_db.running.listener_state import ListenerState, find_state, next_item
from survey_db.running.lookup import check_preview, counts_in_results, find_study
from survey_db.running.orders import least_used
from survey_db.running.recruitment import find_invitation, recruitment_of, refusal, told_identifiers
from survey_db.running.samples import study_orders
from survey_db.running.words import keep_consent
from survey_db.schema import (
    DEVICES,
    HEADPHONE_PASS,
    HEADPHONE_TRIALS,
    LANGUAGES,
    MAX_RATING,
    MIN_RATING,
    MUSICAL_TRAINING,
    Listener,
    Presentation,
    Response,
    Study,
)
from survey_db.texts import MAX_COMMENT_LENGTH, clean, is_token, limited
from survey_db.transactions import Transactions

# Letters and digits that are not mistaken for each other when read out or copied by hand.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


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
        if not is_token(token):
            raise SurveyError("That is no listener’s token.")
        _check_choice("musical training", musical_training, MUSICAL_TRAINING)
        _check_choice("listening device", device, DEVICES)
        _check_choice("language", language, LANGUAGES)
        now = self._database.clock()
        with self._database.writing() as session:
            # The lock makes starts take turns, so that no two are given the same row by mistake.
            study = find_study(session, slug, for_update=True)
            if session.scalar(select(Listener.id).where(Listener.token == token)):
                return
            is_test = preview_key is not None
            if preview_key is not None:
                check_preview(study, preview_key)
            if not is_test and (study.status != "open" or study.archived_at):
                raise SurveyError("This study takes no new listeners at the moment.")
            told = told_identifiers(study, identifiers or {})
            if not is_test and (refused := refusal(session, study, told, invitation, now)):
                raise SurveyError(str(refused))
            orders = study_orders(session, study)
            row = least_used(self._rows_in_use(session, study), len(orders))
            listener = Listener(
                study_id=study.id,
                token=token,
                short_id=_free_short_id(session, study),
                is_test=is_test,
                is_retake=is_retake,
                order_row=row,
                consented_at=now,
                consent_sha256=keep_consent(session, clean(consent)) if consent else None,
                language=language,
                identifiers=told,
                identifier=told.get(next(iter(recruitment_of(study).identifiers), "")),
                last_seen_at=now,
                musical_training=musical_training,
                device=device,
            )
            session.add(listener)
            session.flush()
            if not is_test and (used := find_invitation(session, study, invitation)):
                used.listener_id = listener.id
            session.add_all(
                Presentation(listener_id=listener.id, sample_id=sample, study_id=study.id, position=position)
                for position, sample in enumerate(orders[row], start=1)
            )

    def state(self, slug: str, token: str) -> ListenerState | None:
        """Say where a listener is; None if the study does not know the token.

        Raises
        ------
        SurveyError
            If there is no such study.
        """
        with self._database.reading() as session:
            study = find_study(session, slug)
            return find_state(session, study, token) if is_token(token) else None

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
            shown = self._presentation(session, self._listener(session, token), sample_id)
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
            heard = self._presentation(session, self._listener(session, token), sample_id)
            if heard.shown_at is None:
                return False
            clip_seconds = heard.sample.media.seconds
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
    ) -> AnswerOutcome:
        """Store a listener's answer to a sample; a second answer leaves the first as it is.

        The answer is committed when this returns. The same answer once more
        changes nothing and counts as stored, so that whoever does not know
        whether it arrived can send it again.

        Raises
        ------
        SurveyError
            If the answer is incomplete, the clip was not heard to its end
            where the study demands that, or the study is closed.
        """
        now = self._database.clock()
        comment = limited("A comment", clean(comment or ""), MAX_COMMENT_LENGTH) or None
        with self._database.writing() as session:
            listener = self._listener(session, token)
            presentation = self._presentation(session, listener, sample_id)
            if (first := session.get(Response, (listener.id, sample_id))) is not None:
                same = (first.guess, first.rating, first.known_piece, first.comment)
                again = same == (guess, rating, known_piece, comment)
                return AnswerOutcome.STORED if again else AnswerOutcome.ALREADY_ANSWERED
            _check_answer(listener, presentation, guess, rating)
            session.add(
                Response(
                    listener_id=listener.id,
                    sample_id=sample_id,
                    study_id=listener.study_id,
                    guess=guess,
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
            if next_item(session, listener) is None:
                listener.completed_at = now
                listener.completion_code = _completion_code()
        return AnswerOutcome.STORED

    def comparison(self, token: str) -> Comparison:
        """Compare the guesses of a listener who has finished with what was intended."""
        with self._database.reading() as session:
            listener = session.scalar(select(Listener).where(Listener.token == token))
            if listener is None or listener.completed_at is None:
                raise SurveyError("You can see how your guesses compare once you have judged all clips.")
            return compare_guesses(session, listener)

    def _listener(self, session: Session, token: str) -> Listener:
        """Find a listener and lock them, so that their tabs take turns; they are seen now."""
        query = select(Listener).where(Listener.token == token)
        listener = (
            session.scalar(query.with_for_update(key_share=True, of=Listener)) if is_token(token) else None
        )
        if listener is None:
            raise SurveyError("We do not know this listener. Please open the link of the study again.")
        listener.last_seen_at = self._database.clock()
        return listener

    def _presentation(self, session: Session, listener: Listener, sample_id: int) -> Presentation:
        presentation = session.get(Presentation, (listener.id, sample_id))
        if presentation is None:
            raise SurveyError("This sample is not part of the listening session.")
        return presentation

    def _rows_in_use(self, session: Session, study: Study) -> Mapping[int, int]:
        """Count the listeners of each row of the design; drop-outs, tests and retakes left out."""
        rows = session.execute(
            select(Listener.order_row, func.count().label("listeners"))
            .where(
                Listener.study_id == study.id,
                counts_in_results(),
                Listener.screened_out_at.is_(None),
                Listener.completed_at.is_not(None)
                | (Listener.last_seen_at > self._database.clock() - DROP_OUT_AFTER),
            )
            .group_by(Listener.order_row)
        )
        return {row.order_row: row.listeners for row in rows}


def _check_choice(name: str, value: str | None, choices: Mapping[str, str]) -> None:
    if value is not None and value not in choices:
        raise SurveyError(f"The {name} must be one of: {', '.join(choices)}.")


def _check_answer(listener: Listener, presentation: Presentation, guess: str, rating: int) -> None:
    study = listener.study
    # An answer on its way when the study is paused is kept. A closed study's data are final; tests are none.
    if study.status == "closed" and not listener.is_test:
        raise SurveyError("The study is closed now, so this answer was not stored.")
    if guess not in {genre.genre for genre in study.genres}:
        raise SurveyError("Choose one of the genres.")
    if not MIN_RATING <= rating <= MAX_RATING:
        raise SurveyError(f"Choose a rating from {MIN_RATING} to {MAX_RATING}.")
    if study.require_full_hearing and presentation.heard_at is None:
        raise SurveyError("Listen to the clip to its end first.")


def _free_short_id(session: Session, study: Study) -> str:
    """Make a short name that tells nothing, not even who came first."""
    taken = set(session.scalars(select(Listener.short_id).where(Listener.study_id == study.id)))
    while (name := f"L{_random_letters(5)}") in taken:
        pass
    return name


def _completion_code() -> str:
    return f"{_random_letters(4)}-{_random_letters(4)}"


def _random_letters(count: int) -> str:
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(count))
