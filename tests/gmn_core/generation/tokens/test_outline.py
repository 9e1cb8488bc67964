"""The outline: pitch classes, what returns, who plays, and passages of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import Role
from gmn_core.generation.tokens.encoding import FIRST_PITCH, HOLD, LOWEST, N_SLOTS, Shapes, Tokens, role_slots
from gmn_core.generation.tokens.outline import (
    HOLDS,
    RESTS,
    RETURN_BARS,
    UNKNOWN,
    apart,
    departures,
    end_to_end,
    find_outline,
)
from gmn_core.generation.tokens.sheet import write_sheet
from tests.gmn_core.generation.conftest import make_band

SHAPES = Shapes(((), (4, 7), (3, 7, 15)))
BAR = 8
C4 = 60
SHEET = replace(write_sheet(make_band()), beats_per_bar=2, steps_per_beat=4)


def strike(tokens: Tokens, role: Role, step: int, pitch: int, shape: int = 0) -> None:
    action = role_slots(role)[0]
    tokens[step, action : action + 3] = (FIRST_PITCH + pitch - LOWEST, shape, 1)


@pytest.fixture
def tokens() -> Tokens:
    """Twelve bars of an equal beat, under a tune of two notes a bar that comes again after four bars."""
    tokens = np.zeros((12 * BAR, N_SLOTS), np.int16)
    for bar in range(12):
        tokens[bar * BAR :: BAR, 0] = 2
        strike(tokens, Role.LEAD, bar * BAR, C4 + bar % 4)
        strike(tokens, Role.LEAD, bar * BAR + 4, C4 + 7 + bar % 4)
    return tokens


def test_what_returns_is_given_of_accompaniment_and_tune_apart(tokens: Tokens) -> None:
    returns = find_outline(tokens, SHEET, SHAPES).returns
    assert returns.shape == (12, 2, len(RETURN_BARS))
    beat, tune = returns[8].tolist()
    assert beat == [4, 4, 4, 4]
    assert tune == [1, 1, 4, 4]
    assert (returns[0] == UNKNOWN).all()
    assert returns[3].tolist() == [[4, 4, UNKNOWN, UNKNOWN], [1, 1, UNKNOWN, UNKNOWN]]


def test_half_a_bar_that_returns_has_a_level_between(tokens: Tokens) -> None:
    strike(tokens, Role.LEAD, 4 * BAR + 4, C4 + 1)
    returns = find_outline(tokens, SHEET, SHAPES).returns
    assert returns[4, 1, RETURN_BARS.index(4)] == 2


def test_where_neither_bar_has_a_stroke_nothing_is_given(tokens: Tokens) -> None:
    tokens[:, list(role_slots(Role.LEAD))] = 0
    returns = find_outline(tokens, SHEET, SHAPES).returns
    assert (returns[:, 1] == UNKNOWN).all()
    assert (returns[1:, 0, 0] == 4).all()


def test_pitch_classes_count_every_note_of_a_chord() -> None:
    tokens = np.zeros((2 * BAR, N_SLOTS), np.int16)
    strike(tokens, Role.CHORDS, 0, C4 + 2, 1)  # D, F sharp, A
    strike(tokens, Role.CHORDS, BAR, C4 + 9, 2)  # A, C, E and C again
    outline = find_outline(tokens, SHEET, SHAPES)
    assert np.flatnonzero(outline.pitch_classes[0]).tolist() == [2, 6, 9]
    assert outline.pitch_classes[1].tolist() == [2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]
    assert outline.profile(1, 2)[[0, 4, 9]] == pytest.approx([0.5, 0.25, 0.25])
    assert outline.profile(-3, 2).sum() == pytest.approx(1)


def test_a_silent_bar_has_no_profile() -> None:
    outline = find_outline(np.zeros((BAR, N_SLOTS), np.int16), SHEET, SHAPES)
    assert (outline.profile(0, 1) == 0).all()


def test_a_passage_knows_only_what_was_heard(tokens: Tokens) -> None:
    outline = find_outline(tokens, SHEET, SHAPES)
    fresh, after_two = outline.passage(8, 4), outline.passage(8, 4, n_heard=2)
    assert fresh.n_bars == after_two.n_bars == 4
    assert fresh.returns[0, 0].tolist() == [UNKNOWN] * 4
    assert fresh.returns[1, 0].tolist() == [4, UNKNOWN, UNKNOWN, UNKNOWN]
    assert after_two.returns[0, 0].tolist() == [4, 4, UNKNOWN, UNKNOWN]
    assert outline.passage(10, 9).n_bars == 2


def test_activity_tells_rests_holds_and_how_busy_each_role_is(tokens: Tokens) -> None:
    bass, chords = (role_slots(role)[0] for role in (Role.BASS, Role.CHORDS))
    tokens[: 2 * BAR, bass] = HOLD
    for step in range(0, BAR, 2):
        strike(tokens, Role.CHORDS, step, C4)
    tokens[BAR : 2 * BAR, chords + 0] = FIRST_PITCH
    activity = find_outline(tokens, SHEET, SHAPES).activity
    drums, bass_level, chord_level, pad, lead, second = activity[0].tolist()
    assert (bass_level, pad, second) == (HOLDS, RESTS, RESTS)
    assert (drums, lead, chord_level) == (HOLDS + 1, HOLDS + 1, HOLDS + 2)
    assert activity[1, 2] == HOLDS + 3
    assert activity[2].tolist() == [HOLDS + 1, RESTS, RESTS, RESTS, HOLDS + 1, RESTS]


def test_outlines_kept_end_to_end_come_apart_again(tokens: Tokens) -> None:
    outline = find_outline(tokens, SHEET, SHAPES)
    own = [outline.passage(0, 3), outline.passage(3, 9)]
    for one, two in zip(own, apart(end_to_end(own), np.array([3, 9])), strict=True):
        assert (one.returns == two.returns).all()
        assert (one.pitch_classes == two.pitch_classes).all()
        assert (one.activity == two.activity).all()
    assert outline.at(np.array([5, 1])).activity.tolist() == outline.activity[[5, 1]].tolist()


def test_what_was_told_does_not_depart_and_what_was_not_does(tokens: Tokens) -> None:
    told = find_outline(tokens, SHEET, SHAPES)
    played = tokens[: 9 * BAR].copy()
    assert departures(played[None], SHEET, told, 8) == 0
    played[8 * BAR :, list(role_slots(Role.LEAD))] = 0  # the lead rests instead of striking twice
    assert departures(played[None], SHEET, told, 8) == (HOLDS + 1 - RESTS) + 1 + (4 - 1) * 2 / 2
    assert departures(tokens[None, :BAR], SHEET, told, 0) == 0
