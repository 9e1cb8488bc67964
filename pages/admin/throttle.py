"""Makes guessing a password slow without keeping out who knows it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

FREE_ATTEMPTS = 3
LONGEST_STEP = 30.0
LONGEST_WAIT = 600.0
FORGOTTEN_AFTER = 3600.0
_TURN_LAPSES_AFTER = 120.0
_MAX_CLIENTS = 20_000


@dataclass
class _Client:
    attempts: int = 0
    last_at: float = 0.0
    next_turn: float = 0.0
    turns: dict[str, float] = field(default_factory=dict)


class Throttle:
    """Has the attempts of one client take turns that lie ever further apart.

    The first attempts of a client are free. From then on each visitor who
    wants to try is given a turn behind those who asked before; the distance
    between two turns doubles with every attempt, up to `LONGEST_STEP`. A turn
    that has been given is never moved: whatever others try meanwhile, also
    from the same address, the visitor's own attempt counts when its time has
    come. More visits make guessing hardly faster, since all of a client's
    take turns; only where the queue is longer than `LONGEST_WAIT` are turns
    shared, so that nobody is put off for ever.

    Parameters
    ----------
    clock : callable, optional
        Seconds that never run backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._lock = Lock()

    def wait(self, name: str, visitor: str) -> float:
        """Return how many seconds are left until a visitor's turn, giving them one where they have none.

        Parameters
        ----------
        name : str
            The client, by its address.
        visitor : str
            The visit, by something that its browser cannot choose.
        """
        with self._lock:
            now = self._clock()
            return max(0.0, self._turn(self._client(name, now), visitor, now) - now)

    def take(self, name: str, visitor: str) -> float:
        """Use a visitor's turn for an attempt: return 0.0 where it has come, else as `wait`."""
        with self._lock:
            now = self._clock()
            client = self._client(name, now)
            turn = self._turn(client, visitor, now)
            if turn > now:
                return turn - now
            # Counted before it is known to be wrong: attempts at the same moment cannot slip through.
            client.turns.pop(visitor, None)
            client.attempts += 1
            client.last_at = now
            client.next_turn = max(client.next_turn, now + _step(client))
            return 0.0

    def succeeded(self, name: str) -> None:
        """Forget a client's attempts, since they knew the password in the end."""
        with self._lock:
            self._clients.pop(name, None)

    def _client(self, name: str, now: float) -> _Client:
        client = self._clients.get(name)
        if client is None or now - client.last_at > FORGOTTEN_AFTER:
            client = self._clients[name] = _Client(last_at=now)
        self._clients.move_to_end(name)
        while len(self._clients) > _MAX_CLIENTS:
            self._clients.popitem(last=False)
        return client

    def _turn(self, client: _Client, visitor: str, now: float) -> float:
        if client.attempts < FREE_ATTEMPTS:
            return now
        for other in [other for other, turn in client.turns.items() if turn + _TURN_LAPSES_AFTER < now]:
            del client.turns[other]
        if visitor not in client.turns:
            turn = min(max(now, client.next_turn), now + LONGEST_WAIT)
            client.turns[visitor] = turn
            client.next_turn = turn + _step(client)
        return client.turns[visitor]


def _step(client: _Client) -> float:
    """Return the distance between two turns of a client."""
    beyond = client.attempts - FREE_ATTEMPTS
    return 0.0 if beyond < 0 else min(2.0 ** min(beyond, 20), LONGEST_STEP)
