"""Sheet features and positions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import Band
from gmn_core.generation.tokens.chords import CHORDS_PER_BAR, N_BASSES, N_CHORDS
from gmn_core.generation.tokens.conditioning import (
    N_POSITIONS,
    N_SHEET_FEATURES,
    known_positions,
    positions,
    sheet_features,
)
from gmn_core.generation.tokens.outline import Outline
from gmn_core.generation.tokens.sheet import write_sheet
from gmn_core.genres import Genre


def test_a_blend_lies_between_its_genres(band: Band) -> None:
    sheet = write_sheet(band)
    jazz, rock, both = (
        sheet_features(sheet, genres)
        for genres in ({Genre.JAZZ: 1.0}, {Genre.ROCK: 1.0}, {Genre.JAZZ: 0.25, Genre.ROCK: 0.75})
    )
    assert both == pytest.approx(0.25 * jazz + 0.75 * rock)
    assert both.shape == (N_SHEET_FEATURES,)


def test_positions_tell_place_phrase_and_what_is_left(band: Band) -> None:
    sheet = write_sheet(band)
    place, phrase, left = positions(sheet, 160, 10).T[:3]
    assert place[:17].tolist() == [*range(16), 0]
    assert len(set(phrase.tolist())) == 8
    assert phrase[0] == phrase[8 * 16]
    assert len(set(left[-32:].tolist())) == 2
    assert (np.diff(left) <= 0).all()
    assert max(place.max(), phrase.max(), left.max()) < N_POSITIONS


def test_grids_do_not_share_places(band: Band) -> None:
    straight, swung = (replace(write_sheet(band), steps_per_beat=grid) for grid in (4, 6))
    assert not set(positions(straight, 16, 1)[:, 0]) & set(positions(swung, 24, 1)[:, 0])


def outline(n_bars: int, returns: int, activity: int, chords: tuple[int, int] = (0, 0)) -> Outline:
    return Outline(
        np.zeros((n_bars, 12), np.uint8),
        np.full((n_bars, 2, 4), returns, np.uint8),
        np.full((n_bars, 6), activity, np.uint8),
        np.full((n_bars, CHORDS_PER_BAR, 2), chords, np.uint8),
    )


def test_an_outline_is_given_bar_by_bar_and_untold_after_its_end(band: Band) -> None:
    sheet, own = write_sheet(band), outline(2, 0, 0)
    own.returns[1, 0, 2], own.returns[1, 1, 3], own.activity[1, 5] = 4, 1, 3
    untold, told = (positions(sheet, 48, 3, outline=each)[:, 3:] for each in (None, own))
    assert (told[:16] == untold[:16]).all()
    assert (told[32:] == untold[32:]).all()
    assert ((told - untold)[16:32] == [0, 0, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0]).all()


def test_chords_are_known_for_this_half_bar_and_the_two_after_it(band: Band) -> None:
    sheet, own = write_sheet(band), outline(2, 0, 0)
    own.chords[:, :, 0], own.chords[:, :, 1] = [[5, 5], [9, 7]], [[1, 2], [3, 4]]
    untold, told = (positions(sheet, 32, 3, outline=each)[:, -4:] for each in (None, own))
    assert (told - untold)[::8].tolist() == [[5, 5, 9, 1], [5, 9, 7, 2], [9, 7, 0, 3], [7, 0, 0, 4]]
    assert (told[8:16] == told[8]).all()


def test_in_three_beats_a_half_bar_has_one_and_a_half(band: Band) -> None:
    sheet = replace(write_sheet(band), beats_per_bar=3, steps_per_beat=6)
    own = outline(1, 0, 0)
    own.chords[:] = [[[5, 1], [9, 1]]]
    chords = positions(sheet, 18, 1, outline=own)[:, -4]
    assert np.flatnonzero(np.diff(chords)).tolist() == [8]


def test_an_older_network_knows_nothing_of_what_came_later() -> None:
    weights = np.ones((N_POSITIONS - 5, 3), np.float32)
    known = known_positions(weights)
    assert known.shape == (N_POSITIONS, 3)
    assert (known[:-5] == 1).all()
    assert (known[-5:] == 0).all()
    assert (known_positions(known) == known).all()


def test_each_thing_told_has_a_number_of_its_own(band: Band) -> None:
    sheet = write_sheet(band)
    seen = [
        set(column)
        for column in np.vstack(
            [
                positions(sheet, 16, 1, outline=outline(1, min(level, 4), level, (chord, chord % N_BASSES)))
                for level in range(6)
                for chord in range(level, N_CHORDS, 6)
            ]
        ).T.tolist()
    ]
    assert sum(map(len, seen)) == len(set().union(*seen))
    assert max(max(own) for own in seen) == N_POSITIONS - 1


def test_a_profile_is_given_or_not(band: Band) -> None:
    sheet, profile = write_sheet(band), np.zeros(12, np.float32)
    profile[[0, 7]] = 0.75, 0.25
    untold = sheet_features(sheet, {Genre.JAZZ: 1.0})
    told = sheet_features(sheet, {Genre.JAZZ: 1.0}, profile)
    assert (told[:-13] == untold[:-13]).all()
    assert (untold[-13:] == 0).all()
    assert told[[-13, -12, -5]] == pytest.approx([1, 0.75**0.5, 0.5])
