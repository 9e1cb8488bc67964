"""How much one client may ask of the server, and who counts as one client."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

UNKNOWN = "unknown"
_IPV6_NETWORK_BITS = 64


def client_name(address: str | None) -> str:
    """Return the client that an internet address belongs to.

    A household or a server is given a whole network of IPv6 addresses, so one
    network counts as one client.

    Examples
    --------
    >>> client_name("2001:db8::1") == client_name("2001:db8::2")
    True
    >>> client_name("::ffff:192.0.2.1")
    '192.0.2.1'
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))
    return str(parsed)


class Pace:
    """Lets so many steps through at once, and then so many a second (a token bucket).

    Parameters
    ----------
    per_second : float
        Steps that become free each second.
    burst : int
        Steps that may be taken at once after a rest.
    clock : callable, optional
        Seconds that never run backwards.
    """

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._free = float(burst)
        self._counted_at = clock()

    def wait(self) -> float:
        """Take a step; return how many seconds to wait before it."""
        self._count()
        self._free -= 1
        return max(0.0, -self._free / self._per_second)

    def take(self) -> float:
        """Take a step where one is free; else take none, and return how many seconds it is until one is."""
        self._count()
        if self._free < 1:
            return (1 - self._free) / self._per_second
        self._free -= 1
        return 0.0

    def _count(self) -> None:
        now = self._clock()
        self._free = min(self._burst, self._free + (now - self._counted_at) * self._per_second)
        self._counted_at = now


class Places:
    """Counts what each client has open at once.

    Parameters
    ----------
    per_client : int
        How many one client may have open.
    """

    def __init__(self, per_client: int) -> None:
        self._per_client = per_client
        self._taken: Counter[str] = Counter()

    @contextmanager
    def take(self, client: str) -> Iterator[bool]:
        """Take a place while the block runs; says whether there was one."""
        if self._taken[client] >= self._per_client:
            yield False
            return
        self._taken[client] += 1
        try:
            yield True
        finally:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
