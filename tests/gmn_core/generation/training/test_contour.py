"""Learning a contour from pieces whose intervals are known."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.playing.contour import WIDEST_INTERVAL, Contour
from gmn_core.generation.tokens.encoding import FIRST_PITCH, N_SLOTS, Tokens, role_slots
from gmn_core.generation.training.contour import learn_contour, learn_habits
from gmn_core.genres import Genre

LEAD = PITCHED_ROLES.index(Role.LEAD)


def melody(step: int) -> Tokens:
    """Return a tune that goes up and down by an interval."""
    tokens = np.zeros((32, N_SLOTS), np.int16)
    tokens[::2, role_slots(Role.LEAD)[0]] = FIRST_PITCH + 40
    tokens[1::2, role_slots(Role.LEAD)[0]] = FIRST_PITCH + 40 + step
    return tokens


def test_intervals_that_are_too_rare_are_favoured_and_the_others_held_back() -> None:
    real, own = [(Genre.POP, melody(2)), (Genre.ROCK, melody(2))], [(Genre.POP, melody(7))]
    table = learn_contour(real, own, Contour()).table[LEAD]
    assert table[WIDEST_INTERVAL + 2] > 1
    assert table[WIDEST_INTERVAL + 7] < -1
    assert table[WIDEST_INTERVAL + 1] == 0


def test_a_contour_that_is_right_stays() -> None:
    pieces, before = [(Genre.POP, melody(2))], Contour()
    before.table[LEAD] = 0.5
    assert (learn_contour(pieces, pieces, before).table == before.table).all()


def test_habits_say_what_is_usual_and_how_much_pieces_differ() -> None:
    rng = np.random.default_rng(0)
    alike = [(Genre.POP, wandering(rng.choice([2, 5, 9], 200))) for _ in range(8)]
    each_its_own = [(Genre.POP, wandering(np.full(200, step))) for step in (2, 2, 5, 5, 9, 9)]
    for pieces in (alike, each_its_own):
        usual = learn_habits(pieces).intervals[LEAD]
        for step in (2, 5, 9):
            assert usual[WIDEST_INTERVAL + step] + usual[WIDEST_INTERVAL - step] == pytest.approx(
                1 / 3, abs=0.06
            )
    assert learn_habits(alike).strokes[LEAD] > 50
    assert learn_habits(each_its_own).strokes[LEAD] < 3
    pitches = learn_habits(each_its_own).pitches[LEAD]
    assert pitches[40] == pytest.approx(0.5, abs=0.01)
    assert (pitches > 0).all()


def wandering(steps: np.ndarray) -> Tokens:
    """Return a tune that leaves a note by given steps up, and always comes back to it."""
    tokens = np.zeros((2 * len(steps), N_SLOTS), np.int16)
    tokens[::2, role_slots(Role.LEAD)[0]] = FIRST_PITCH + 40
    tokens[1::2, role_slots(Role.LEAD)[0]] = FIRST_PITCH + 40 + steps
    return tokens
