"""The floor: thin bands, harmony that stands still, and silence are found and complained of."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.playing.floor import (
    Floor,
    full_bars,
    has_full_band,
    longest_run,
    silent_bars,
    still_bars,
)
from gmn_core.generation.tokens.chords import find_chords
from gmn_core.generation.tokens.encoding import Shapes, Tokens, encode, role_slots, shapes_of
from gmn_core.generation.tokens.sheet import Sheet
from tests.gmn_core.generation.conftest import make_band


@pytest.fixture
def encoded(band: Band) -> tuple[Sheet, Tokens, Shapes]:
    shapes = Shapes(((), *sorted(set(shapes_of(band)) - {()})))
    return *encode(band, shapes), shapes


def rest(tokens: Tokens, role: Role, first: int, last: int) -> None:
    tokens[16 * first : 16 * last, list(role_slots(role))] = 0


def test_a_full_band_is_drums_bass_and_another(encoded: tuple[Sheet, Tokens, Shapes]) -> None:
    tokens = encoded[1]
    assert full_bars(tokens, 16).all()
    rest(tokens, Role.DRUMS, 1, 2)
    rest(tokens, Role.BASS, 3, 4)
    rest(tokens, Role.CHORDS, 5, 7)
    rest(tokens, Role.LEAD, 6, 7)
    assert np.flatnonzero(~full_bars(tokens, 16)).tolist() == [1, 3, 6]
    assert full_bars(np.stack([tokens, tokens]), 16).shape == (2, 12)


def test_a_piece_below_the_floor_is_complained_of(encoded: tuple[Sheet, Tokens, Shapes]) -> None:
    sheet, tokens, shapes = encoded
    assert Floor(0, 3).complaint(tokens, sheet, shapes) is None
    rest(tokens, Role.BASS, 2, 5)
    assert Floor(3).complaint(tokens, sheet, shapes) is None
    assert "3 bars without a full band" in (Floor(2).complaint(tokens, sheet, shapes) or "")
    tokens[16 * 7 : 16 * 8] = 0
    assert "silent" in (Floor().complaint(tokens, sheet, shapes) or "")
    assert silent_bars(tokens, 16).sum() == 1


def test_harmony_stands_still_while_the_root_stays() -> None:
    band = make_band(8, tonic=0)  # C F G C, twice
    shapes = Shapes(((), *sorted(set(shapes_of(band)) - {()})))
    sheet, tokens = encode(band, shapes)
    assert still_bars(find_chords(tokens, sheet, shapes)) == 2
    same = np.tile(tokens[:16], (8, 1))
    assert still_bars(find_chords(same, sheet, shapes)) == 8
    assert "8 bars on one chord" in (Floor(still=7).complaint(same, sheet, shapes) or "")


def test_runs_are_counted_to_both_ends() -> None:
    assert longest_run(np.array([], bool)) == 0
    assert longest_run(np.array([True, True, False, True])) == 2
    assert longest_run(np.array([False, True, True, True])) == 3


def test_a_band_of_drums_and_bass_alone_is_not_full(encoded: tuple[Sheet, Tokens, Shapes]) -> None:
    sheet = encoded[0]
    assert has_full_band(sheet)
    object.__setattr__(sheet, "programs", {Role.DRUMS: 0, Role.BASS: 33})
    assert not has_full_band(sheet)
