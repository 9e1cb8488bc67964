"""Form: letters that return are laid out from one passage, and fills and the end are drawn anew."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.form import (
    Form,
    arrange,
    build_up,
    cadence,
    draw_form,
    find_chorus,
    nearest_returns,
)
from gmn_core.generation.tokens.chords import Chord, unknown_chords, write_chord
from gmn_core.generation.tokens.outline import HOLDS, N_RETURNS, RESTS, RETURN_BARS, UNKNOWN, Outline
from gmn_core.genres import GENRES, Genre

WHOLE = N_RETURNS - 1
DRUMS = list(Role).index(Role.DRUMS)


def passage(n_bars: int = 32) -> Outline:
    """Return an outline whose bars can be told apart by their first pitch class."""
    counts = np.zeros((n_bars, 12), np.uint8)
    counts[:, 0] = np.arange(n_bars)
    return Outline(
        counts,
        np.full((n_bars, 2, 4), 1, np.uint8),
        np.full((n_bars, 6), 3, np.uint8),
        unknown_chords(n_bars),
    )


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("n_bars", [1, 5, 6, 13, 16, 30, 64])
def test_a_form_covers_the_piece_in_sections_of_four_or_eight_bars(genre: Genre, n_bars: int) -> None:
    form = draw_form(genre, n_bars, np.random.default_rng(n_bars))
    assert form.starts[0] == 0
    assert len(form.starts) == len(form.letters)
    lengths = np.diff([*form.starts, n_bars])
    assert set(lengths[:-1].tolist()) <= {4, 8}
    assert lengths[-1] > 0
    assert n_bars < 16 or len(set(form.letters)) < len(form.letters)


def test_a_letter_that_returns_has_the_bars_that_it_had() -> None:
    outline, _ = arrange(passage(), Form((0, 4, 8, 12), "AABA"), 16, np.random.default_rng(0))
    bars = outline.pitch_classes[:, 0].tolist()
    assert bars == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3]


def test_what_returns_is_played_from_where_the_letter_was_last() -> None:
    form = Form((0, 4, 8, 12), "AABA")
    memories = [arrange(passage(), form, 16, np.random.default_rng(seed))[1] for seed in range(40)]
    together = np.array(memories)
    assert set(together[:, 4:7].ravel().tolist()) == {0, 4}
    assert set(together[:, 12:15].ravel().tolist()) == {0, 8}
    assert not together[:, :4].any()
    assert not together[:, 8:12].any()
    accompaniment, tune = (together[:, 4:7] > 0).mean(axis=(0, 1))
    assert accompaniment > tune > 0.3


def test_the_network_is_told_what_returns() -> None:
    outline, memory = arrange(passage(), Form((0, 4, 8, 12), "AABA"), 16, np.random.default_rng(1))
    four = RETURN_BARS.index(4)
    assert (outline.returns[4:7, :, four] == np.where(memory[4:7] > 0, WHOLE, WHOLE - 1)).all()
    # The bar before B is not four bars after what it was four bars after in the passage.
    assert (outline.returns[12, :, RETURN_BARS.index(1)] == UNKNOWN).all()
    assert (outline.returns[1:4, :, RETURN_BARS.index(1)] == 1).all()


def test_the_bar_before_a_section_and_before_the_end_is_a_fill() -> None:
    outline, memory = arrange(passage(), Form((0, 4, 8, 12), "AABA"), 16, np.random.default_rng(0))
    assert not memory[[3, 7, 11, 15]].any()
    assert outline.activity[[3, 7, 11, 15], DRUMS].tolist() == [4] * 4
    assert outline.activity[[0, 1, 2, 4], DRUMS].tolist() == [3] * 4
    resting = passage()
    resting.activity[:, DRUMS] = 1
    outline, _ = arrange(resting, Form((0, 4), "AA"), 8, np.random.default_rng(0))
    assert (outline.activity[:, DRUMS] == 1).all()


def test_a_short_passage_is_enough_for_many_letters() -> None:
    outline, _ = arrange(passage(5), Form((0, 4, 8, 12), "ABAC"), 18, np.random.default_rng(0))
    assert outline.n_bars == 18


def test_whole_returns_of_an_outline_are_played_from_the_nearest() -> None:
    outline = passage(4)
    outline.returns[3, 0, 1:] = WHOLE
    assert nearest_returns(outline).tolist() == [[0, 0], [0, 0], [0, 0], [2, 0]]


def test_every_cadence_leads_on() -> None:
    for genre in GENRES:
        for minor in (False, True):
            tones = cadence(genre, minor, np.random.default_rng(3)).tones
            assert 3 <= len(tones) <= 4
            assert not tones & {3, 4}


def test_a_blues_goes_through_the_three_lines_of_a_chorus_and_begins_again() -> None:
    form = draw_form(Genre.BLUES, 30, np.random.default_rng(0))
    assert form.letters.startswith("ABCABC")
    assert form.starts[:4] == (0, 4, 8, 12)


def test_a_chorus_is_found_wherever_it_begins() -> None:
    roots = np.roll([0, 0, 0, 0, 5, 5, 0, 0, 7, 5, 0, 0] * 2, 3)
    chords = np.array([[write_chord(Chord(root, 2, root))] * 2 for root in roots.tolist()], np.uint8)
    assert find_chorus(chords) == (3, 1.0)
    chords[4, 1] = write_chord(Chord(2, 0, 2))
    chords[16:] = 0
    assert find_chorus(chords) == (3, pytest.approx(23 / 24))
    for unknown in (unknown_chords(20), chords[:11]):
        assert find_chorus(unknown) == (0, 0)


def test_a_tune_that_comes_in_later_is_not_missing_when_the_section_returns() -> None:
    form = Form((0, 4, 8, 12), "AABA")
    plain, from_memory = arrange(passage(), form, 16, np.random.default_rng(1))
    from_memory[:], lead = 4, list(Role).index(Role.LEAD)
    late = []
    for seed in range(30):
        outline, memory = build_up(plain, from_memory, form, np.random.default_rng(seed))
        assert (outline.activity[4:] == plain.activity[4:]).all()
        assert ((outline.activity >= HOLDS).sum(axis=1) >= 3).all()
        assert (memory[:, 0] == 4).all()
        late.append((outline.activity[:4, lead] == RESTS).all())
        if (outline.activity == plain.activity).all():
            assert (memory == 4).all()
        else:
            assert memory[4:, 1].tolist() == [0] * 4 + [4] * 8
            assert (outline.returns[4:8, 1, 2] == UNKNOWN).all()
    assert 8 <= sum(late) <= 19
    assert (plain.activity >= HOLDS).all()


def test_a_band_of_three_is_complete_from_the_start_and_so_is_a_short_piece() -> None:
    form = Form((0, 4, 8, 12), "AABA")
    outline, memory = arrange(passage(), form, 16, np.random.default_rng(1))
    outline.activity[:, 3:] = RESTS
    outline.activity[:, 4] = HOLDS
    outline.activity[:, 2] = RESTS
    short, short_memory = arrange(passage(), Form((0, 4), "AA"), 9, np.random.default_rng(1))
    for seed in range(10):
        found, _ = build_up(outline, memory, form, np.random.default_rng(seed))
        assert (found.activity == outline.activity).all()
        found, _ = build_up(short, short_memory, Form((0, 4), "AA"), np.random.default_rng(seed))
        assert (found.activity == short.activity).all()


def test_some_bars_that_mostly_return_return_as_they_were_but_no_fill_does() -> None:
    outline = passage()
    outline.returns[:, :, 0] = WHOLE - 1
    form = Form((0, 4, 8, 12), "ABCD")
    arranged, memory = arrange(outline, form, 16, np.random.default_rng(2))
    whole = arranged.returns[:, :, 0] == WHOLE
    assert 5 < whole.sum() < 20
    assert not whole[form.fills(16)].any()
    assert (memory[whole] == 1).all()


def test_a_section_says_how_far_back_it_last_was() -> None:
    form = Form((0, 4, 8, 12), "ABAA")
    assert form.distances(17).tolist() == [0] * 8 + [8] * 4 + [4] * 5
