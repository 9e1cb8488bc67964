"""Listeners who do not exist: they take part through the store as real ones do, and behave as is stated.

For trying out a whole study. What they leave is marked: each answer has the
comment `MARK`. Their answers say nothing about any music.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from survey_db.genres import CANNOT_TELL
from survey_db.running.listener_state import Item, Step
from survey_db.running.listening import new_token
from survey_db.running.questions import questions_of
from survey_db.running.recruitment import recruitment_of
from survey_db.schema import Study
from survey_db.statistics.printing import percent
from survey_db.store import Store
from survey_db.vocabulary import HEADPHONE_TRIALS, MAX_RATING, MIN_RATING

MARK = "simulated listener"
"""The comment of each of their answers."""

SECONDS_TO_ANSWER = 10


@dataclass(frozen=True)
class Behaviour:
    """What simulated listeners do.

    Parameters
    ----------
    hears : float
        How often they hear the intended genre; otherwise they name any genre that
        the study offers, each as likely as the others.
    rating : float
        Their mean rating, before it is cut to the scale and rounded.
    spread_of_listeners, spread_of_answers : float
        Standard deviations of a listener's own mean, and of answers around it.
    cannot_tell : float
        How often they say that they cannot tell where they do not hear the genre;
        the study must offer it.
    """

    hears: float = 0.25
    rating: float = 6.2
    spread_of_listeners: float = 1.2
    spread_of_answers: float = 2.0
    cannot_tell: float = 0.0

    def sentence(self) -> str:
        """Say what they do, and that they are none."""
        return (
            f"The listeners are simulated: each hears the intended genre with probability "
            f"{percent(self.hears, 0)} and otherwise names one of those offered at random, and rates around "
            f"{self.rating:g} whatever is played (SD {self.spread_of_listeners:g} between listeners, "
            f"{self.spread_of_answers:g} within). Their answers say nothing about the music."
        )

    def guess(self, genre: str | None, offered: Sequence[str], chance: random.Random) -> str:
        """Draw a guess at a sample of a genre, of those offered; None for one of no genre."""
        if genre and chance.random() < self.hears:
            return genre
        if self.cannot_tell and chance.random() < self.cannot_tell:
            return CANNOT_TELL
        return chance.choice(offered)

    def rate(self, leaning: float, chance: random.Random) -> int:
        """Draw a rating of a listener whose own mean is ``leaning`` away from all."""
        drawn = chance.gauss(self.rating + leaning, self.spread_of_answers)
        return min(MAX_RATING, max(MIN_RATING, round(drawn)))


class SimulatedClock:
    """A clock that goes on only when it is told to."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the present moment in UTC."""
        return self._now

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)


def play_listeners(store: Store, slug: str, count: int, behaviour: Behaviour, seed: int = 1) -> None:
    """Let listeners take part in an open study from its consent to its last answer.

    The store's clock is the simulation's while they do, so that a clip is
    heard in no time and still for its length. Where the study takes identifiers
    from the link, each has one of their own, which says that they are simulated.

    Parameters
    ----------
    store : Store
        Where the study is.
    slug : str
        The study.
    count : int
        How many listeners.
    behaviour : Behaviour
        What they do.
    seed : int
        Of all that they draw; the same seed gives the same answers.

    Raises
    ------
    SurveyError
        If the study takes no listeners.
    """
    clock, real = SimulatedClock(), store.clock
    genres = {sample.id: sample.intended_genre for sample in store.samples.all(slug)}
    chance = random.Random(seed)
    store.clock = clock
    try:
        for _ in range(count):
            _take_part(store, slug, genres, behaviour, chance, clock)
    finally:
        store.clock = real


def _take_part(
    store: Store,
    slug: str,
    genres: dict[int, str | None],
    behaviour: Behaviour,
    chance: random.Random,
    clock: SimulatedClock,
) -> None:
    token, leaning = new_token(), chance.gauss(0, behaviour.spread_of_listeners)
    asked = recruitment_of(store.studies.get(slug)).identifiers
    identifiers = dict.fromkeys(asked, f"simulated {secrets.token_hex(6)}")
    store.listening.start(slug, token, identifiers=identifiers)
    while (state := store.listening.state(slug, token)) is not None and state.step is not Step.FINISHED:
        clock.go_on(SECONDS_TO_ANSWER)
        match state.step, state.item:
            case Step.QUESTIONS_BEFORE, _:
                store.listening.tell(token, "before", _told(state.study, "before", chance))
            case Step.QUESTIONS_AFTER, _:
                store.listening.tell(token, "after", _told(state.study, "after", chance))
            case Step.VOLUME, _:
                store.listening.pass_volume_check(token)
            case Step.HEADPHONES, _:
                store.listening.record_headphone_check(token, HEADPHONE_TRIALS)
            case Step.PRACTICE, _:
                store.listening.finish_practice(token)
            case Step.SAMPLE, Item() as item:
                store.listening.show(token, item.sample_id)
                clock.go_on(item.seconds + 1)
                store.listening.hear(token, item.sample_id, [(0, item.seconds)], ended=True)
                store.listening.answer(
                    token,
                    item.sample_id,
                    guess=behaviour.guess(
                        genres[item.sample_id], [row.genre for row in state.study.genres], chance
                    ),
                    rating=behaviour.rate(leaning, chance),
                    comment=MARK,
                )
            case _:
                return


def _told(study: Study, moment: str, chance: random.Random) -> dict[str, int | float | str]:
    """Draw answers to a study's own questions; attention checks are passed, texts say who wrote them."""
    answers: dict[str, int | float | str] = {}
    for question in questions_of(study, moment):
        if question.expected is not None:
            answers[question.name] = question.expected
        elif question.numbers:
            answers[question.name] = chance.choice(question.numbers)
        elif question.kind == "number":
            least = 18.0 if question.least is None else question.least
            answers[question.name] = float(chance.randint(int(least), int(question.most or least + 50)))
        else:
            answers[question.name] = MARK
    return answers
