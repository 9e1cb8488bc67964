"""Tokens of a band, and the band that they play."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.tokens.encoding import (
    HOLD,
    N_SLOTS,
    REST,
    Shapes,
    decode,
    encode,
    meaningful,
    role_slots,
    shapes_of,
    slot_sizes,
)

SHAPES = Shapes(((), (4, 7), (3, 7), (12,)))


def test_what_the_grid_and_the_shapes_can_hold_comes_back(band: Band) -> None:
    sheet, tokens = encode(band, SHAPES)
    back = decode(sheet, tokens, SHAPES)
    assert back.notes == band.notes
    assert (back.programs, back.tempo, back.key_name) == (band.programs, band.tempo, band.key_name)
    assert back.length == band.length


def test_tokens_are_whole_bars_and_fit_their_slots(band: Band) -> None:
    _, tokens = encode(band, SHAPES)
    assert tokens.shape == (12 * 16, N_SLOTS)
    assert (tokens >= 0).all()
    assert (tokens < np.array(slot_sizes(len(SHAPES.intervals)))).all()


def test_tokens_do_not_depend_on_the_key(band: Band) -> None:
    up = {
        role: tuple(replace(note, pitch=note.pitch + (0 if role is Role.DRUMS else 2)) for note in own)
        for role, own in band.notes.items()
    }
    _, tokens = encode(band, SHAPES)
    _, moved = encode(replace(band, tonic=(band.tonic + 2) % 12, notes=up), SHAPES)
    assert (tokens == moved).all()


def test_an_unknown_chord_becomes_the_nearest_shape() -> None:
    assert SHAPES.nearest((3, 7)) == 2
    assert SHAPES.nearest((4, 7, 24)) == 1
    assert SHAPES.nearest((12, 24)) == 3


def test_the_first_shape_must_be_the_single_note() -> None:
    with pytest.raises(ValueError, match="single note"):
        Shapes(((4, 7),))


def test_shapes_of_a_band_are_those_of_its_strokes(band: Band) -> None:
    assert set(shapes_of(band)) == {(), (4, 7)}


def test_a_note_is_held_for_its_length_and_cut_by_the_next(band: Band) -> None:
    lead = (Note(0, 74, TICKS_PER_BEAT, 90), Note(TICKS_PER_BEAT // 2, 76, 4 * TICKS_PER_BEAT, 90))
    _, tokens = encode(replace(band, notes={**band.notes, Role.LEAD: lead}), SHAPES)
    action = tokens[:20, role_slots(Role.LEAD)[0]]
    assert action[1] == HOLD
    assert action[2] > HOLD
    assert (action[3:18] == HOLD).all()
    assert action[18] == REST


def test_shapes_and_levels_mean_something_only_where_a_role_strikes(band: Band) -> None:
    _, tokens = encode(band, SHAPES)
    said = meaningful(tokens)
    action, shape, level = role_slots(Role.CHORDS)
    assert said[:, action].all()
    assert (np.flatnonzero(said[:, shape]) % 16 == 0).all()
    assert (said[:, shape] == said[:, level]).all()


def test_looseness_is_seeded_and_stays_near_the_grid(band: Band) -> None:
    sheet, tokens = encode(band, SHAPES)
    loose = replace(sheet, looseness=dict.fromkeys(sheet.programs, 20.0))
    first, again, other = (decode(loose, tokens, SHAPES, seed) for seed in (1, 1, 2))
    assert first.notes == again.notes != other.notes
    late = [note.onset % 120 for note in first.notes[Role.DRUMS]]
    assert max(min(own, 120 - own) for own in late) <= 54


def test_notes_sound_as_long_as_they_did(band: Band) -> None:
    """Short, detached, full and ringing notes keep their lengths."""
    lengths = (30, 30, 60, 110, 110, 110)
    lead = [Note(120 * index, 72 + index, length, 90) for index, length in enumerate(lengths)]
    # A broken chord that is held; its last note is cut by no other and is full.
    lead += [Note(960 + 120 * index, 60 + index, 480, 90) for index in range(4)]
    sheet, tokens = encode(replace(band, notes={**band.notes, Role.LEAD: tuple(lead)}), SHAPES)
    played = decode(replace(sheet, looseness={}), tokens, SHAPES).notes[Role.LEAD]
    assert [note.duration for note in played[: len(lengths)]] == pytest.approx(lengths, abs=1)
    assert [note.duration for note in played[len(lengths) : -1]] == [480] * 3


def test_a_pitch_that_rings_ends_where_it_is_struck_again(band: Band) -> None:
    lead = (Note(0, 60, 480, 90), Note(120, 64, 480, 90), Note(240, 60, 480, 90))
    sheet, tokens = encode(replace(band, notes={**band.notes, Role.LEAD: lead}), SHAPES)
    played = decode(replace(sheet, looseness={}), tokens, SHAPES).notes[Role.LEAD]
    assert played[0].duration == 240
