"""What is measured of answers, however they were given."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Measures:
    """How answers fared under a load.

    Parameters
    ----------
    n_listeners : int
        Who took part at the same time.
    n_answers : int
        Answers that were confirmed.
    n_lost : int
        Confirmed answers that are not stored.
    n_errors : int
        Clicks and whole visits that failed.
    per_second : float
        Answers a second.
    p50, p95, p99 : float
        Seconds that an answer took.
    """

    n_listeners: int
    n_answers: int
    n_lost: int
    n_errors: int
    per_second: float
    p50: float
    p95: float
    p99: float

    def plain(self) -> dict[str, float]:
        """Return them as JSON has them."""
        return asdict(self)


def measure(
    n_listeners: int, waits: Sequence[float], n_stored: int, n_errors: int, seconds: float
) -> Measures:
    """Sum up the times that answers took.

    Parameters
    ----------
    n_listeners : int
        Who took part at the same time.
    waits : sequence of float
        Seconds that each confirmed answer took.
    n_stored : int
        Answers that the database has of them.
    n_errors : int
        What failed.
    seconds : float
        From the first listener's beginning to the last one's end.
    """
    cuts = statistics.quantiles(waits, n=100, method="inclusive") if len(waits) > 1 else [*waits, 0.0] * 99
    return Measures(
        n_listeners,
        len(waits),
        max(0, len(waits) - n_stored),
        n_errors,
        len(waits) / seconds,
        cuts[49],
        cuts[94],
        cuts[98],
    )
