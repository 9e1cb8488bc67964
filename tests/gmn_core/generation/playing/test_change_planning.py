"""The plan of a change: how what is made anew is told what is there."""

from __future__ import annotations

import numpy as np

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.playing.change_planning import CONTINUATION, draw_change
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.request import Change, GenerationRequest, Player
from gmn_core.generation.tokens.encoding import encode
from gmn_core.generation.tokens.outline import RESTS
from gmn_core.genres import Genre


def test_the_piece_says_how_what_is_new_is_built(band: Band) -> None:
    request = GenerationRequest(Genre.ROCK, 30, changes=(Change(seconds=30, players=(Player(Role.PAD),)),))
    plan = draw_change(band, request, shipped_model(), np.random.default_rng(1))
    _, tokens = encode(band, shipped_model().shapes)
    assert plan.kept is not None
    assert plan.n_bars == 14
    np.testing.assert_array_equal(plan.kept.tokens[: len(tokens)], tokens)
    assert not plan.kept.tokens[len(tokens) :].any()
    pad = list(Role).index(Role.PAD)
    assert plan.kept.free[:12].sum(axis=0).tolist() == [12 if column == pad else 0 for column in range(6)]
    assert plan.kept.free[12:, [0, 1, 2, pad]].all()
    assert (plan.outline.activity[:, pad] > RESTS).any()
    assert not plan.sections  # the band has none
    assert CONTINUATION not in dict(plan.sections).values()
