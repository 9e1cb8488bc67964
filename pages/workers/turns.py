"""Whose turn it is: a queue in which everybody gets a fair share."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Condition

from pages.workers.errors import QueueFullError

POLL_SECONDS = 0.2
"""How often someone who waits is told their place, and can change their mind."""


@dataclass(eq=False)
class _Ticket:
    visitor: str
    round: int
    number: int
    called: bool = False


class Turns:
    """Lets a limited number of visitors work at the same time; the others wait in line.

    It goes by rounds, in each of which every visitor has one turn: whoever
    asks for six things at once does not keep the next visitor waiting for all
    six (start-time fair queueing).

    Parameters
    ----------
    places : int
        How many work at the same time.
    most_waiting : int
        How many may wait.

    References
    ----------
    P. Goyal, H. M. Vin, H. Cheng, "Start-time fair queueing", IEEE/ACM
    Transactions on Networking, 1997.
    """

    def __init__(self, places: int, most_waiting: int) -> None:
        self._free = places
        self._most_waiting = most_waiting
        self._waiting: list[_Ticket] = []
        self._n_working = 0
        self._round = 0
        self._next_round: dict[str, int] = {}
        self._numbers = count()
        self._changed = Condition()

    @property
    def n_waiting(self) -> int:
        """How many wait in line."""
        return len(self._waiting)

    @property
    def n_working(self) -> int:
        """How many have a place."""
        return self._n_working

    @contextmanager
    def take(self, visitor: str, on_wait: Callable[[int], None] = lambda ahead: None) -> Iterator[None]:
        """Wait for a place, and hold it while the block runs.

        Parameters
        ----------
        visitor : str
            Who asks.
        on_wait : callable
            Called now and then with how many come first. What it raises ends
            the waiting.

        Raises
        ------
        QueueFullError
            If too many are waiting.
        """
        ticket = self._join(visitor)
        try:
            while (ahead := self._ahead_of(ticket)) is not None:
                on_wait(ahead)
                with self._changed:
                    self._changed.wait_for(lambda: ticket.called, POLL_SECONDS)
            yield
        finally:
            self._leave(ticket)

    def _join(self, visitor: str) -> _Ticket:
        with self._changed:
            if not self._free and len(self._waiting) >= self._most_waiting:
                raise QueueFullError
            turn = max(self._round, self._next_round.get(visitor, 0))
            self._next_round[visitor] = turn + 1
            ticket = _Ticket(visitor, turn, next(self._numbers))
            bisect.insort(self._waiting, ticket, key=lambda each: (each.round, each.number))
            self._call_next()
            return ticket

    def _leave(self, ticket: _Ticket) -> None:
        with self._changed:
            if ticket.called:
                self._free += 1
                self._n_working -= 1
                self._call_next()
            else:
                self._waiting.remove(ticket)
                if ticket.visitor in self._next_round:
                    self._next_round[ticket.visitor] -= 1

    def _ahead_of(self, ticket: _Ticket) -> int | None:
        """Return how many come before a ticket; None if it has been called."""
        with self._changed:
            return None if ticket.called else self._waiting.index(ticket)

    def _call_next(self) -> None:
        while self._free and self._waiting:
            ticket = self._waiting.pop(0)
            ticket.called = True
            self._free -= 1
            self._n_working += 1
            self._round = ticket.round
            # Who has had no turn for a round is a newcomer again.
            self._next_round = {who: turn for who, turn in self._next_round.items() if turn > self._round}
        self._changed.notify_all()
