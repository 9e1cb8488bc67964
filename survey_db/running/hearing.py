"""What was heard of a clip: the intervals that were played, and what follows from them.

A player's word comes from a browser, which may say anything. What a clip of its
length, in the time since it was shown, cannot have seen is left out here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate

Interval = tuple[float, float]
"""From and to, in seconds of the clip."""

HEARD_SHARE = 0.95
"""What counts as the whole clip: players round at both ends of it."""

CLOCK_TOLERANCE = 0.5
"""How far the clocks of a browser and of two servers may differ, in seconds."""

MAX_INTERVALS = 200
"""How many intervals of one clip are kept; the first ones."""

_TOUCH = 0.05
_AT_START = 0.1


def believable(
    intervals: Iterable[Sequence[float]], clip_seconds: float, since_shown: float
) -> tuple[Interval, ...]:
    """Keep what can be true of the intervals that a player reports.

    Parameters
    ----------
    intervals : iterable of (float, float)
        As they were played, one after another; each number may be anything.
    clip_seconds : float
        Length of the clip.
    since_shown : float
        Seconds since the clip was first put before the listener. If they are
        negative, the server's clock was set back and bounds nothing.

    Returns
    -------
    tuple of Interval
        In the order of playing, within the clip, to the hundredth of a second,
        those that go on where the one before ended joined to it, together no
        longer than the time there was.

    Examples
    --------
    >>> believable([(0, 4), (4.01, 9), (0, 1e308)], clip_seconds=8, since_shown=60)
    ((0.0, 8.0), (0.0, 8.0))
    >>> believable([(0, 8), (0, 8)], clip_seconds=8, since_shown=9.5)
    ((0.0, 8.0), (0.0, 2.0))
    """
    left = since_shown + CLOCK_TOLERANCE if since_shown >= 0 else math.inf
    kept: list[Interval] = []
    for start, end in intervals:
        begin = min(max(0.0, start), clip_seconds)
        stop = min(max(begin, end), clip_seconds, begin + left)
        left -= stop - begin
        begin, stop = round(float(begin), 2), round(float(stop), 2)
        if not begin < stop:
            continue
        if kept and abs(begin - kept[-1][1]) <= _TOUCH:
            kept[-1] = kept[-1][0], stop
        elif len(kept) < MAX_INTERVALS:
            kept.append((begin, stop))
        else:
            break
    return tuple(kept)


def as_intervals(stored: Sequence[Sequence[float]] | None) -> tuple[Interval, ...]:
    """Return what `survey_db.schema` stores of intervals in their own form; nothing where it has none."""
    return tuple((start, end) for start, end in stored or ())


def seconds_played(intervals: Iterable[Interval]) -> float:
    """Add up intervals, replays included.

    Examples
    --------
    >>> seconds_played([(0, 8), (0, 2)])
    10.0
    """
    return round(math.fsum(stop - start for start, stop in intervals), 2)


def seconds_covered(intervals: Iterable[Interval]) -> float:
    """Return how much of the clip was heard at least once.

    Examples
    --------
    >>> seconds_covered([(0, 4), (6, 8), (1, 5)])
    7.0
    """
    ordered = sorted(intervals)
    reached = accumulate((stop for _, stop in ordered), max, initial=0.0)
    return math.fsum(
        max(0.0, stop - max(start, before)) for (start, stop), before in zip(ordered, reached, strict=False)
    )


def times_started(intervals: Iterable[Interval]) -> int:
    """Count how often the clip was played from its start.

    Examples
    --------
    >>> times_started([(0, 4), (6, 8), (0, 5)])
    2
    """
    return sum(start <= _AT_START for start, _ in intervals)


def is_whole(intervals: Iterable[Interval], clip_seconds: float, since_shown: float) -> bool:
    """Return whether intervals are the whole clip, and there was the time to hear it.

    A clock that was set back since the clip was shown is no witness against
    the listener.
    """
    enough = HEARD_SHARE * clip_seconds
    return seconds_covered(intervals) >= enough and not 0 <= since_shown < enough - CLOCK_TOLERANCE
