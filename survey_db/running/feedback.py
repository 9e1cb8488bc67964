"""How one listener's guesses compare with what was intended, and with the other listeners'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from survey_db.running.lookup import counts_in_results
from survey_db.schema import Listener, Presentation, Response, Sample


@dataclass(frozen=True)
class Comparison:
    """A listener's guesses beside what was intended; control items are left out.

    Parameters
    ----------
    guesses : sequence of (int, str, str)
        Position in the session, genre guessed, genre intended.
    n_others : int
        How many other listeners have finished, tests and retakes left out.
    mean_right_of_others : float
        How many samples they named as intended, on average; 0 if there are none.
    """

    guesses: Sequence[tuple[int, str, str]]
    n_others: int
    mean_right_of_others: float

    @property
    def right(self) -> int:
        """How many samples the listener named as intended."""
        return sum(guess == intended for _, guess, intended in self.guesses)


def compare_guesses(session: Session, listener: Listener) -> Comparison:
    """Compare a listener who has finished with the others who have."""
    own = session.execute(
        select(Presentation.position, Response.guess, Sample.intended_genre)
        .join(
            Presentation,
            (Presentation.listener_id == Response.listener_id)
            & (Presentation.sample_id == Response.sample_id),
        )
        .join(Sample, Sample.id == Response.sample_id)
        .where(Response.listener_id == listener.id, Sample.control == "none")
        .order_by(Presentation.position)
    )
    right = func.sum(case((Response.guess == Sample.intended_genre, 1), else_=0))
    others = list(
        session.scalars(
            select(right)
            .select_from(Response)
            .join(Sample, Sample.id == Response.sample_id)
            .join(Listener, Listener.id == Response.listener_id)
            .where(
                Listener.study_id == listener.study_id,
                Listener.id != listener.id,
                Listener.completed_at.is_not(None),
                counts_in_results(),
                Sample.control == "none",
            )
            .group_by(Listener.id)
        )
    )
    return Comparison(
        guesses=[(position, guess, intended) for position, guess, intended in own if intended is not None],
        n_others=len(others),
        mean_right_of_others=sum(others) / len(others) if others else 0.0,
    )
