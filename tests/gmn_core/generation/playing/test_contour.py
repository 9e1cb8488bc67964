"""Contour: intervals and pitches are counted, and strikes are moved by them."""

from __future__ import annotations

import numpy as np

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.playing.contour import (
    N_INTERVALS,
    N_PITCHES,
    WIDEST_INTERVAL,
    Contour,
    Habits,
    count_intervals,
    count_pitches,
)
from gmn_core.generation.tokens.encoding import FIRST_PITCH, HOLD, N_SLOTS, REST, Tokens, role_slots

BASS = PITCHED_ROLES.index(Role.BASS)


def test_intervals_are_counted_across_rests_and_wide_ones_together() -> None:
    tokens = np.zeros((8, N_SLOTS), np.int16)
    tokens[:, role_slots(Role.BASS)[0]] = [30, HOLD, 32, REST, 31, 80, 31, REST]
    counts = count_intervals(tokens)
    steps = {index - WIDEST_INTERVAL: int(n) for index, n in enumerate(counts[BASS]) if n}
    assert steps == {2: 1, -1: 1, WIDEST_INTERVAL: 1, -WIDEST_INTERVAL: 1}
    assert counts.sum() == 4


def test_a_strike_is_moved_by_its_interval_from_the_last() -> None:
    contour = Contour()
    contour.table[BASS, WIDEST_INTERVAL + 2] = 1.5
    moves = contour.moves(bass())
    fit = moves.fit(Role.BASS, np.array([FIRST_PITCH + 20, 0]))
    assert np.flatnonzero(fit[0]).tolist() == [FIRST_PITCH + 22]
    assert not fit[1].any()  # it has not struck yet
    assert not moves.fit(Role.LEAD, np.array([FIRST_PITCH + 20])).any()


def bass(*actions: int) -> Tokens:
    tokens = np.zeros((len(actions), N_SLOTS), np.int16)
    tokens[:, role_slots(Role.BASS)[0]] = actions
    return tokens


def habits() -> Habits:
    """Return habits to which everything is as usual as everything else."""
    shapes = ((len(PITCHED_ROLES), N_INTERVALS), (len(PITCHED_ROLES), N_PITCHES))
    return Habits(*(np.full(own, 1 / own[1], np.float32) for own in shapes), np.full(5, 10, np.float32))


def test_a_piece_leans_towards_its_own_intervals_and_register() -> None:
    played = bass(*(20 * [30, 32, 30, 25]))
    moves = Contour(habits=habits()).moves(played)
    intervals = moves.intervals[BASS]
    assert intervals[WIDEST_INTERVAL + 2] > 1
    assert intervals[WIDEST_INTERVAL + 2] == intervals[WIDEST_INTERVAL - 2]
    assert intervals[WIDEST_INTERVAL + 7] == intervals.min() < -1
    register = moves.pitches[BASS]
    assert register[30 - FIRST_PITCH] == register.max() > 0.5
    assert register[60 - FIRST_PITCH] == register.min() < -0.5
    others = [row for row in range(len(PITCHED_ROLES)) if row != BASS]
    assert not moves.intervals[others].any()
    assert not moves.pitches[others].any()


def test_a_piece_that_has_hardly_begun_is_bound_to_little() -> None:
    begun, gone_on = (Contour(habits=habits()).moves(bass(*(n * [30, 32]))) for n in (1, 50))
    assert 0 < begun.intervals[BASS].max() < gone_on.intervals[BASS].max() / 1.5
    assert not any(own.any() for own in Contour(habits=habits()).moves(bass()))


def test_pitches_are_counted_from_the_lowest_note_up() -> None:
    counts = count_pitches(bass(30, HOLD, REST, 30, FIRST_PITCH))
    assert counts[BASS, [0, 30 - FIRST_PITCH]].tolist() == [1, 2]
    assert counts.sum() == 3
