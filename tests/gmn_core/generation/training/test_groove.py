"""Learning a groove from pieces whose rhythms are known."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.groove import Groove
from gmn_core.generation.tokens.encoding import FIRST_PITCH, N_SLOTS, Tokens, role_slots
from gmn_core.generation.training.groove import learn_groove
from gmn_core.genres import GENRES, Genre

BAR, N_BARS = 16, 404
POP, ROCK = GENRES.index(Genre.POP), GENRES.index(Genre.ROCK)
BASS = list(Role).index(Role.BASS)


def piece(share: float, seed: int = 0) -> Tokens:
    """Return a bass that plays a rhythm of its own in a share of the bars, else one that returns."""
    rng = np.random.default_rng(seed)
    strikes = np.zeros((N_BARS, BAR), bool)
    strikes[:, 0] = True
    for bar in np.flatnonzero(rng.random(N_BARS) < share).tolist():
        strikes[bar] = rng.random(BAR) < 0.5
        strikes[bar, 1] = True
    tokens = np.zeros((N_BARS * BAR, N_SLOTS), np.int16)
    tokens[strikes.ravel(), role_slots(Role.BASS)[0]] = FIRST_PITCH + 10
    return tokens


def test_who_invents_too_much_keeps_to_rhythms_as_often_as_makes_up_for_it() -> None:
    real = [(Genre.POP, piece(0.2), BAR), (Genre.ROCK, piece(0.8, seed=1), BAR)]
    own = [(genre, piece(0.8, seed=2), BAR) for genre in (Genre.POP, Genre.ROCK)]
    table = learn_groove(real, own, Groove()).table
    assert table[POP, BASS] == pytest.approx(0.75, abs=0.06)
    assert table[ROCK, BASS] == pytest.approx(0, abs=0.08)
    assert not table[:, list(Role).index(Role.LEAD)].any()  # nobody has played a tune


def test_what_was_learned_before_is_corrected() -> None:
    before = Groove()
    before.table[POP, BASS] = 0.5
    own = [(Genre.POP, piece(0.4), BAR)]
    further = learn_groove([(Genre.POP, piece(0.2, seed=1), BAR)], own, before).table[POP, BASS]
    assert further == pytest.approx(0.75, abs=0.06)
    assert learn_groove(own, own, before).table[POP, BASS] == pytest.approx(0.5)
    less = learn_groove([(Genre.POP, piece(0.9, seed=1), BAR)], own, before).table[POP, BASS]
    assert less == 0  # nobody can be made to invent
