"""Windows, batches and what the network is told at each step."""

from __future__ import annotations

import numpy as np

from gmn_core.corpora.midi import Split
from gmn_core.generation.music.band import Role
from gmn_core.generation.tokens.conditioning import BLANK, positions, sheet_features, token_ids
from gmn_core.generation.tokens.encoding import REST, role_slots
from gmn_core.generation.tokens.outline import HOLDS, LAYERS, RESTS, RETURN_BARS, UNKNOWN
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.windows import (
    CONTEXT,
    WINDOW,
    cut_window,
    group_by_genre,
    leave_out,
    training_batch,
    validation_batches,
)
from gmn_core.genres import GENRES


def test_a_window_holds_the_piece_and_looks_back_by_bars(dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    window = cut_window(piece, 2, blank_context=False)
    known = token_ids(piece.tokens)
    assert (window.ids[CONTEXT:] == known[32 : 32 + WINDOW]).all()
    assert (window.ids[CONTEXT - 32 : CONTEXT] == known[:32]).all()
    assert (window.ids[: CONTEXT - 32] == BLANK).all()
    assert (window.ids[window.look_back[40, 1]] == known[32 + 40 - 16]).all()
    assert (window.ids[window.look_back[40, 0]] == known[32 + 40 - 1]).all()


def test_a_window_over_the_end_says_where_the_piece_stops(dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    window = cut_window(piece, piece.n_bars - 2, blank_context=True)
    assert window.inside.sum() == 32
    assert (window.ids[:CONTEXT] == BLANK).all()
    assert (window.ids[CONTEXT + 32 :] == BLANK).all()


def test_a_window_is_given_what_returns_from_the_bars_it_has_heard(dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    known, blank, untold = (
        cut_window(piece, 8, blank_context=blank, with_outline=told)
        for blank, told in ((False, True), (True, True), (False, False))
    )
    returns = slice(3, 3 + len(LAYERS) * len(RETURN_BARS))
    assert (known.positions[0, returns] != untold.positions[0, returns]).any()  # the progression returns
    assert (blank.positions[0, returns] == untold.positions[0, returns]).all()
    assert (blank.positions[16, returns] != untold.positions[16, returns]).any()
    assert (blank.positions[0, returns.stop :] != untold.positions[0, returns.stop :]).all()
    assert known.sheets[-12:].any()
    assert not untold.sheets[-13:].any()


def test_some_training_windows_are_given_nothing(dataset: Dataset) -> None:
    batch = training_batch(group_by_genre(dataset.of(Split.TRAIN)), 200, 1, 0)
    assert 20 < (batch.sheets[:, -13] == 0).sum() < 60


def test_batches_are_seeded_and_genres_even(dataset: Dataset) -> None:
    groups = group_by_genre(dataset.of(Split.TRAIN))
    first, again, other = (training_batch(groups, 60, 1, index) for index in (5, 5, 6))
    assert all((one == two).all() for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first.ids, other.ids)
    genres = first.sheets[:, :10].sum(axis=0)
    assert sorted(genres[genres > 0].tolist())[0] > 15


def test_validation_windows_are_the_same_each_time(dataset: Dataset) -> None:
    groups = group_by_genre(dataset.of(Split.VALID))
    one, two = (validation_batches(groups, 3, 4, 0) for _ in range(2))
    assert [len(batch.ids) for batch in one] == [3, 3]
    assert all((a.ids == b.ids).all() for a, b in zip(one, two, strict=True))


def test_a_windows_chords_are_known_up_to_the_bar_after_it(dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    known, untold = (cut_window(piece, 2, blank_context=False, with_chords=told) for told in (True, False))
    whole = positions(piece.sheet, len(piece.tokens), piece.n_bars, outline=piece.outline)
    assert (known.positions[:, -4:] == whole[32 : 32 + WINDOW, -4:]).all()
    assert (known.positions[:, :-4] == untold.positions[:, :-4]).all()
    assert (known.positions[:, -4:] != untold.positions[:, -4:]).all()


def test_some_training_windows_do_not_say_their_genre_or_lack_chords(dataset: Dataset) -> None:
    batch = training_batch(group_by_genre(dataset.of(Split.TRAIN)), 400, 1, 0)
    genreless = (batch.sheets[:, : len(GENRES)] == 0).all(axis=1)
    unknown = batch.positions[:, 0, -4:].min(axis=0)
    chordless = (batch.positions[:, 0, -4:] == unknown).all(axis=1) & (batch.sheets[:, -13] == 1)
    assert 30 < genreless.sum() < 95
    assert 12 < chordless.sum() < 60


def test_a_player_who_is_left_out_plays_nothing_anywhere(dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    absent = (Role.BASS, Role.LEAD)
    part = leave_out(piece, absent)
    gone = [slot for role in absent for slot in role_slots(role)]
    stays = [slot for slot in range(piece.tokens.shape[1]) if slot not in gone]
    assert (part.tokens[:, gone] == REST).all()
    assert (part.tokens[:, stays] == piece.tokens[:, stays]).all()
    assert set(part.sheet.programs) == set(piece.sheet.programs) - set(absent)
    columns = [list(Role).index(role) for role in absent]
    assert (piece.outline.activity[:, columns] >= HOLDS).any()
    assert (part.outline.activity[:, columns] == RESTS).all()
    # Nobody is left in the layer of the tune, so that nothing of it returns.
    tune = [Role.LEAD in layer for layer in LAYERS].index(True)
    assert (piece.outline.returns[:, tune] != UNKNOWN).any()
    assert (part.outline.returns[:, tune] == UNKNOWN).all()
    assert (part.outline.chords == piece.outline.chords).all()
    assert Role.BASS in piece.sheet.programs  # the piece itself stays as it was


def test_a_share_of_the_windows_has_a_smaller_band(dataset: Dataset) -> None:
    groups = group_by_genre(dataset.of(Split.TRAIN))
    sheet = groups[0][0].sheet
    features = sheet_features(sheet, {})
    first = next(column for column in range(len(GENRES), len(features)) if features[column])
    players = slice(first, first + len(Role))
    assert features[players].sum() == len(sheet.programs) == 4
    sizes = {
        share: training_batch(groups, 200, 1, 0, small_bands=share).sheets[:, players].sum(axis=1)
        for share in (0.0, 0.4, 1.0)
    }
    assert set(sizes[0.0].tolist()) == {4}
    assert 50 < (sizes[0.4] < 4).sum() < 110
    assert set(sizes[1.0].tolist()) == {2, 3}
