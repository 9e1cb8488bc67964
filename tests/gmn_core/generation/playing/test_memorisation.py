"""Shared runs of bars, in any transposition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.playing.memorisation import (
    SharedRuns,
    count_parts,
    learn_runs,
    longest_shared_run,
    run_hashes,
    shares,
)
from gmn_core.generation.tokens.encoding import Shapes, Tokens, encode, role_slots
from tests.gmn_core.generation.conftest import make_band

SHAPES = Shapes(((), (4, 7)))


def tokens_of(band: Band) -> Tokens:
    return encode(band, SHAPES)[1]


def test_a_planted_run_is_found_in_another_key() -> None:
    learned, fresh = tokens_of(make_band(seed=1)), tokens_of(make_band(seed=2))
    known = learn_runs([(learned, 16)], "lead")
    action = role_slots(Role.LEAD)[0]
    planted = fresh.copy()
    planted[32:96] = learned[16:80]
    struck = planted[32:96, action] >= 2
    planted[32:96, action][struck] += 3
    assert longest_shared_run(planted, 16, "lead", known) >= 4
    assert longest_shared_run(fresh, 16, "lead", known) <= 1
    assert longest_shared_run(learned, 16, "lead", known) == len(known)


def test_a_run_is_broken_where_the_interval_between_bars_differs() -> None:
    learned = tokens_of(make_band(n_bars=8, seed=1))
    known = learn_runs([(learned, 16)], "lead")
    action = role_slots(Role.LEAD)[0]
    moved = learned.copy()
    later = moved[64:, action] >= 2
    moved[64:, action][later] += 1
    assert longest_shared_run(moved, 16, "lead", known) == 4


def test_bars_with_little_in_them_do_not_count() -> None:
    tokens = tokens_of(make_band())
    assert all(not len(own) for own in run_hashes(tokens, 16, "chords"))
    assert all(not len(own) for own in run_hashes(tokens, 16, "bass"))
    assert len(run_hashes(tokens, 16, "all together")[0]) > 1


def test_all_together_tells_who_plays_what(band: Band) -> None:
    swapped = replace(
        band, notes={**band.notes, Role.BASS: band.notes[Role.LEAD], Role.LEAD: band.notes[Role.BASS]}
    )
    one, other = (run_hashes(tokens_of(own), 16, "all together")[0] for own in (band, swapped))
    assert not shares(one, other)


def test_sharing_needs_one_hash_in_common() -> None:
    some = np.array([3, 5, 9], np.uint64)
    assert shares(np.array([1, 9], np.uint64), some)
    assert not shares(np.array([1, 10], np.uint64), some)
    assert not shares(some, np.zeros(0, np.uint64))


def test_a_run_that_comes_back_is_counted_once() -> None:
    learned, planted = tokens_of(make_band(seed=1)), tokens_of(make_band(n_bars=64, seed=2))
    assert _shared(planted, learned).count("lead") == 0
    for bar in (4, 40):
        planted[16 * bar : 16 * (bar + 2)] = learned[16:48]
    assert _shared(planted, learned).count("lead") == 1
    planted[16 * 20 : 16 * 22] = learned[16 * 8 : 16 * 10]
    assert _shared(planted, learned).count("lead") == 2
    assert _shared(planted, learned).complaint == "lead shares 2 bars in a row with a training piece"


def test_bar_by_bar_as_much_is_shared_as_in_one_go() -> None:
    learned, planted = tokens_of(make_band(seed=1)), tokens_of(make_band(n_bars=64, seed=2))
    planted[16 * 20 : 16 * 25] = learned[16:96]
    whole, growing = _shared(planted, learned), _shared(planted[:0], learned)
    for start in range(0, 16 * 64, 16):
        growing.add(planted[start : start + 16])
    assert growing.count("lead") == whole.count("lead") == 4


def test_a_draft_is_too_much_that_ends_one_new_run_more_than_a_piece_of_its_length_may_share() -> None:
    learned, played = tokens_of(make_band(seed=1)), tokens_of(make_band(n_bars=64, seed=2))[: 16 * 10]
    other = played[:16].copy()
    drafts = np.stack([other, learned[32:48], learned[48:64]])
    played[-16:] = learned[16:32]
    # Real excerpts of 16 bars share a run once in four; 32 bars may not share one, 64 bars may.
    assert _shared(played, learned, n_bars=32).too_many(drafts).tolist() == [False, True, False]
    assert not _shared(played, learned, n_bars=64).too_many(drafts).any()
    played[16:48] = learned[16 * 8 : 16 * 10]
    shared = _shared(played, learned, n_bars=64)
    assert shared.count("lead") == 1
    assert shared.too_many(drafts).tolist() == [False, True, False]
    played[48:80] = learned[16:48]  # what is shared already is not new
    assert not _shared(played, learned, n_bars=128).too_many(drafts).any()


def _shared(tokens: Tokens, learned: Tokens, n_bars: int = 16) -> SharedRuns:
    """Return what the lead of a piece shares with another in runs of two bars."""
    known = learn_runs([(learned, 16)], "lead")[1]
    shared = SharedRuns({"lead": 1}, {("lead", 2): known}, 16, n_bars)
    shared.add(tokens)
    return shared


def test_a_long_piece_is_worth_several_excerpts() -> None:
    assert [count_parts(n_bars) for n_bars in (5, 31, 32, 64)] == [1, 1, 2, 4]
