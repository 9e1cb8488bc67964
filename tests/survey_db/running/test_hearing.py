"""What is believed of a player's word, and what follows from it."""

from __future__ import annotations

import doctest
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from survey_db.running import hearing
from survey_db.running.hearing import (
    CLOCK_TOLERANCE,
    MAX_INTERVALS,
    believable,
    is_whole,
    seconds_covered,
    seconds_played,
    times_started,
)

NUMBERS = st.floats() | st.integers() | st.just(10**400) | st.floats(-1, 40)
INTERVALS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=300)


def test_the_examples_hold() -> None:
    assert doctest.testmod(hearing).failed == 0


@given(INTERVALS, st.floats(0.1, 120), st.floats(-4000, 4000))
def test_whatever_is_reported_what_is_kept_is_possible(
    reported: list[tuple[float, float]], clip_seconds: float, since_shown: float
) -> None:
    kept = believable(reported, clip_seconds, since_shown)
    assert len(kept) <= MAX_INTERVALS
    assert all(0 <= start < end <= clip_seconds + 0.01 for start, end in kept)
    assert seconds_covered(kept) <= min(clip_seconds, seconds_played(kept)) + 0.02
    assert 0 <= times_started(kept) <= len(kept)
    if since_shown >= 0:
        assert seconds_played(kept) <= since_shown + CLOCK_TOLERANCE + 0.01 * len(kept) + 0.06
    assert believable(kept, clip_seconds, since_shown=-1) == kept


@given(st.lists(st.floats(0.5, 29), unique=True, max_size=10))
def test_pauses_leave_one_interval_and_a_whole_clip(pauses: list[float]) -> None:
    stops = [0, *sorted(pauses), 30]
    played = believable(pairwise(stops), 30, since_shown=31)
    assert played == ((0, 30),)
    assert is_whole(played, 30, since_shown=31)


def test_a_clip_with_a_hole_is_not_whole_however_long_it_was_played() -> None:
    played = believable([(0, 10), (20, 30), (0, 10), (20, 30)], 30, since_shown=60)
    assert (seconds_played(played), seconds_covered(played), times_started(played)) == (40, 20, 2)
    assert not is_whole(played, 30, since_shown=60)


def test_a_whole_clip_takes_its_time_unless_the_clock_was_set_back() -> None:
    assert is_whole([(0, 30)], 30, since_shown=28.1)
    assert not is_whole([(0, 30)], 30, since_shown=27)
    assert is_whole([(0, 30)], 30, since_shown=-3570)
