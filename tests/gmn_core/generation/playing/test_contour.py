"""Contour: intervals are counted, and strikes are moved by them."""

from __future__ import annotations

import numpy as np

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.playing.contour import WIDEST_INTERVAL, Contour, count_intervals
from gmn_core.generation.tokens.encoding import FIRST_PITCH, HOLD, N_SLOTS, REST, role_slots

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
    fit = contour.fit(Role.BASS, np.array([FIRST_PITCH + 20, 0]))
    assert np.flatnonzero(fit[0]).tolist() == [FIRST_PITCH + 22]
    assert not fit[1].any()  # it has not struck yet
    assert not contour.fit(Role.LEAD, np.array([FIRST_PITCH + 20])).any()
