"""Changes: what is locked stays note for note, only what is free is made anew, on the shipped generator."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.playing.changing import draw_free, forget_kept
from gmn_core.generation.playing.form import Memory
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import A_LITTLE, A_LOT, Change, GenerationError, GenerationRequest, Player
from gmn_core.generation.tokens.outline import LAYERS, RETURN_BARS, UNKNOWN, Outline
from gmn_core.genres import Genre

REQUEST = GenerationRequest(Genre.ROCK, 16, seed=4, tempo=120)
SLACK = 60  # ticks by which a player may be early


@cache
def piece() -> Band:
    return sample_band(REQUEST)


def changed(change: Change) -> Band:
    return sample_band(replace(REQUEST, changes=(change,)), before=piece())


def notes_in(band: Band, first_bar: int, end_bar: int) -> set[tuple[Role, Note]]:
    start, end = first_bar * band.bar_ticks - SLACK, end_bar * band.bar_ticks - SLACK
    return {(role, note) for role, note in band.played() if start <= note.onset < end}


def test_locked_roles_keep_every_note_and_another_drummer_plays() -> None:
    before = piece()
    locked = frozenset(before.roles) - {Role.DRUMS}
    after = changed(Change(seed=1, lock=locked))
    assert all(after.notes[role] == before.notes[role] for role in locked)
    assert after.notes[Role.DRUMS] != before.notes[Role.DRUMS]
    third = changed(Change(seed=2, lock=locked))
    assert third.notes[Role.DRUMS] not in (before.notes[Role.DRUMS], after.notes[Role.DRUMS])


def test_only_the_bars_named_change() -> None:
    before, after = piece(), changed(Change(seed=1, bars=(3, 4)))
    inside = notes_in(before, 2, 4)
    assert set(before.played()) - inside == set(after.played()) - notes_in(after, 2, 4)
    assert notes_in(after, 2, 4) != inside
    assert notes_in(after, 2, 4)


def test_bars_of_one_role_change_alone() -> None:
    before = piece()
    after = changed(Change(seed=3, bars=(2, 3), lock=frozenset(before.roles) - {Role.BASS}))
    assert {role for role in before.roles if before.notes[role] != after.notes[role]} == {Role.BASS}
    assert set(before.played()) - notes_in(before, 1, 3) == set(after.played()) - notes_in(after, 1, 3)


def test_equal_changes_give_equal_bytes_with_and_without_the_piece_at_hand() -> None:
    change = Change(seed=5, share=A_LITTLE)
    request = replace(REQUEST, changes=(change,))
    assert sample_band(request) == changed(change) == sample_band(request, before=piece())


def test_a_little_changes_less_than_a_lot_and_both_keep_something() -> None:
    before = set(piece().played())
    kept = [
        len(before & set(changed(Change(seed=6, share=share)).played())) / len(before)
        for share in (A_LITTLE, A_LOT)
    ]
    assert 1 > kept[0] > kept[1] > 0


def test_a_longer_piece_goes_on_and_a_shorter_one_stops_earlier() -> None:
    before = piece()
    longer, shorter = (changed(Change(seed=1, seconds=seconds)) for seconds in (22, 11))
    assert longer.seconds == pytest.approx(22, abs=0.01)
    assert shorter.seconds == pytest.approx(11, abs=0.01)
    # Seven bars of two seconds, and four: up to there every note is as it was.
    assert notes_in(longer, 0, 7) == notes_in(before, 0, 7)
    assert notes_in(longer, 7, 10)
    ends = {(role, note.onset, note.pitch) for role, note in notes_in(before, 0, 4)}
    assert ends == {(role, note.onset, note.pitch) for role, note in notes_in(shorter, 0, 4)}
    assert all(note.onset + note.duration <= shorter.length for _, note in shorter.played())


def test_another_instrument_plays_the_same_notes() -> None:
    before = piece()
    after = changed(Change(lock=frozenset(before.roles), players=(Player(Role.BASS, 32),)))
    assert after.notes == before.notes
    assert after.programs[Role.BASS] == 32


def test_a_role_comes_and_a_role_goes() -> None:
    before = piece()
    everyone = frozenset(before.roles)
    newcomer = next(role for role in Role if role not in before.roles)
    with_one = changed(Change(seed=2, lock=everyone, players=(Player(newcomer),)))
    assert with_one.notes[newcomer]
    assert all(with_one.notes[role] == before.notes[role] for role in everyone)
    without = changed(Change(lock=everyone, players=(Player(Role.DRUMS, plays=False),)))
    assert Role.DRUMS not in without.notes
    assert all(without.notes[role] == before.notes[role] for role in everyone - {Role.DRUMS})


def test_other_chords_for_some_bars_stand_there_alone() -> None:
    after = changed(Change(seed=1, bars=(3, 4), chords="Em | Am7", lock=frozenset({Role.DRUMS})))
    marks = dict(after.chords)
    assert (marks[2 * after.bar_ticks], marks[3 * after.bar_ticks]) == ("Em", "Am7")
    assert 4 * after.bar_ticks in marks
    assert after.notes[Role.DRUMS] == piece().notes[Role.DRUMS]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change(lock=frozenset(Role)), "could be kept"),
        (Change(bars=(5, 99)), "bars 5 to 99 are not among them"),
    ],
)
def test_a_change_that_cannot_be_made_is_said(change: Change, sentence: str) -> None:
    with pytest.raises(GenerationError, match=sentence):
        changed(change)


def test_a_lock_that_leaves_nothing_to_do_is_said() -> None:
    with pytest.raises(GenerationError, match="Every role is locked"):
        changed(Change(lock=frozenset(piece().roles)))


@pytest.mark.parametrize("bars", [(0, 2), (5, 4)])
def test_bars_out_of_order_are_refused(bars: tuple[int, int]) -> None:
    with pytest.raises(GenerationError, match="counted from 1"):
        Change(bars=bars)


def test_a_variation_always_frees_something() -> None:
    before = piece()
    for seed in range(10):
        rng = np.random.default_rng(seed)
        free = draw_free(Change(share=0.01), before, before.programs, 7, 7, rng)
        assert free.any()


def test_what_is_made_anew_is_not_played_from_what_stays() -> None:
    n_bars = 4
    outline = Outline(
        np.zeros((n_bars, 12), np.uint8),
        np.full((n_bars, len(LAYERS), len(RETURN_BARS)), 4, np.uint8),
        np.full((n_bars, len(Role)), 3, np.uint8),
        np.zeros((n_bars, 2, 2), np.uint8),
    )
    free = np.zeros((n_bars + 1, len(Role)), bool)
    free[2:4] = True
    memory: Memory = np.array([[0, 0], [1, 1], [2, 2], [1, 1]])
    found, recalled = forget_kept(outline, memory, free)
    assert recalled.tolist() == [[0, 0], [0, 0], [0, 0], [1, 1]]
    assert (found.returns[2] == UNKNOWN).all()
    assert found.returns[3, 0].tolist() == [4, UNKNOWN, UNKNOWN, UNKNOWN]
