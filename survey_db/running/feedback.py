"""How one listener's guesses compare with what was intended, and with the other listeners'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from survey_db.genres import CANNOT_TELL, GENRES
from survey_db.running.lookup import counts_in_results
from survey_db.schema import Listener, MachinePrediction, Presentation, Response, Sample, Study


@dataclass(frozen=True)
class Comparison:
    """A listener's guesses beside what was intended; control items are left out.

    Parameters
    ----------
    guesses : sequence of (int, str, str)
        Position in the session, genre guessed or `CANNOT_TELL`, genre intended.
    n_others : int
        How many other listeners have finished, tests and retakes left out.
    mean_right_of_others : float
        How many of these samples they named as intended, on average, each
        sample by those who heard it; 0 if there are none.
    right_of_machines : mapping of str to int
        How many of these samples each classifier takes for what was intended,
        of the genres that the study offers.
    """

    guesses: Sequence[tuple[int, str, str]]
    n_others: int
    mean_right_of_others: float
    right_of_machines: Mapping[str, int] = field(default_factory=dict)

    @property
    def right(self) -> int:
        """How many samples the listener named as intended."""
        return sum(guess == intended for _, guess, intended in self.guesses)

    @property
    def expected_blind(self) -> float:
        """How many the same guesses would get right on average, dealt to the samples at random."""
        named = Counter(guess for _, guess, _ in self.guesses)
        made_as = Counter(intended for _, _, intended in self.guesses)
        return sum(named[genre] * made_as[genre] for genre in named) / max(len(self.guesses), 1)


def may_see(study: Study) -> bool:
    """Return whether the listeners of a study may see now how their guesses compare."""
    return study.feedback == "at_once" or (study.feedback == "after_closing" and study.status == "closed")


def compare_guesses(session: Session, listener: Listener) -> Comparison:
    """Compare a listener who has finished with the others who have."""
    own = session.execute(
        select(Presentation.position, func.coalesce(Response.guess, CANNOT_TELL), Sample.intended_genre)
        .join(
            Presentation,
            (Presentation.listener_id == Response.listener_id)
            & (Presentation.sample_id == Response.sample_id),
        )
        .join(Sample, Sample.id == Response.sample_id)
        .where(Response.listener_id == listener.id, Sample.control == "none")
        .order_by(Presentation.position)
    )
    guesses = [(position, guess, intended) for position, guess, intended in own if intended is not None]
    clips = select(Response.sample_id).join(Sample, Sample.id == Response.sample_id)
    clips = clips.where(Response.listener_id == listener.id, Sample.control == "none")
    others = (
        Listener.study_id == listener.study_id,
        Listener.id != listener.id,
        Listener.completed_at.is_not(None),
        counts_in_results(),
        Response.sample_id.in_(clips),
    )
    right = func.sum(case((Response.guess == Sample.intended_genre, 1), else_=0))
    by_clip = session.execute(
        select(right, func.count())
        .select_from(Response)
        .join(Sample, Sample.id == Response.sample_id)
        .join(Listener, Listener.id == Response.listener_id)
        .where(*others)
        .group_by(Response.sample_id)
    ).all()
    n_others = session.scalar(
        select(func.count(Response.listener_id.distinct()))
        .join(Listener, Listener.id == Response.listener_id)
        .where(*others)
    )
    shares = [right_of_clip / answers for right_of_clip, answers in by_clip]
    return Comparison(
        guesses=guesses,
        n_others=n_others or 0,
        mean_right_of_others=len(guesses) * sum(shares) / len(shares) if shares else 0.0,
        right_of_machines=_right_of_machines(session, listener, clips),
    )


def _right_of_machines(session: Session, listener: Listener, clips: Select[int]) -> Mapping[str, int]:
    offered = [GENRES.index(genre.genre) for genre in listener.study.genres]
    found: Counter[str] = Counter()
    rows = session.execute(
        select(MachinePrediction.model, MachinePrediction.shares, Sample.intended_genre)
        .join(Sample, Sample.id == MachinePrediction.sample_id)
        .where(MachinePrediction.sample_id.in_(clips))
        .order_by(MachinePrediction.model)
    )
    for model, shares, intended in rows:
        found[model] += GENRES[max(offered, key=shares.__getitem__)] == intended
    return dict(found)
