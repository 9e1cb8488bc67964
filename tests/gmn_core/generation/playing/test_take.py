"""A take: what makes a draft lifeless."""

from __future__ import annotations

import numpy as np

from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.take import bare, silent, unchanging
from gmn_core.generation.tokens.encoding import FIRST_PITCH, HOLD, N_SLOTS, Tokens, role_slots

BASS, CHORDS = role_slots(Role.BASS)[0], role_slots(Role.CHORDS)[0]


def bars(n_bars: int = 1, n_drafts: int = 2) -> Tokens:
    """Return drafts of bars of 16 steps, in which the bass strikes each beat."""
    tokens = np.zeros((n_drafts, 16 * n_bars, N_SLOTS), np.int16)
    tokens[:, ::4, BASS] = FIRST_PITCH + 20
    return tokens


def test_a_draft_with_a_silent_beat_or_without_a_stroke_is_silent() -> None:
    tokens = bars(n_drafts=3)
    tokens[1, 8, BASS] = 0
    tokens[2, :, BASS] = HOLD
    assert silent(tokens, 4).tolist() == [False, True, True]


def test_a_draft_with_nothing_above_the_bass_is_bare() -> None:
    tokens = bars()
    tokens[1, 3, CHORDS] = HOLD
    assert bare(tokens).tolist() == [True, False]


def test_a_draft_whose_bars_are_all_the_same_does_not_change() -> None:
    tokens = bars(5)
    tokens[1, 70, CHORDS] = FIRST_PITCH + 30
    assert unchanging(tokens, 16).tolist() == [True, False]
