"""What stays the same through a piece."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.tokens.sheet import Sheet, find_gates, find_levels, sounding_parts, write_sheet


def test_a_sheet_survives_json(band: Band) -> None:
    sheet = write_sheet(band)
    assert Sheet.from_json(json.loads(json.dumps(sheet.to_json()))) == sheet


def test_levels_are_a_players_own(band: Band) -> None:
    assert find_levels(np.array([80, 80, 80])).tolist() == [1, 1, 1]
    assert find_levels(np.array([50, 80, 80, 80, 110])).tolist() == [0, 1, 1, 1, 2]
    sheet = write_sheet(band)
    assert sheet.levels[Role.BASS][1] == 95
    assert sheet.drum_levels[0][2] > sheet.drum_levels[0][0]


def test_the_kit_and_the_gate_are_found(band: Band) -> None:
    sheet = write_sheet(band)
    assert sheet.kit[:2] == ((36,) * 16, (38,) * 16)
    assert sheet.gates[Role.BASS] == (0.0, 0.0, 1.0, 0.0)
    assert sheet.hit == 0.5


def test_notes_are_short_detached_full_or_ring_on() -> None:
    step = 120
    rows = np.array(
        [(0, 60, 36, 90), (120, 60, 60, 90), (240, 62, 470, 90), (720, 64, 480, 90), (840, 65, 119, 90)]
    )
    parts = sounding_parts(rows, step)
    assert parts == pytest.approx(
        [0.3, 0.5, 470 / 480, 4.0, 119 / 120]
    )  # the fourth is cut short by the last
    assert find_gates(parts).tolist() == [0, 1, 2, 3, 2]


def test_a_kind_of_note_that_hardly_occurs_is_none(band: Band) -> None:
    # One in forty-eight is less than two in a hundred only if there are two such pieces.
    many = [
        replace(note, onset=note.onset + 12 * 1920 * again, duration=108)
        for again in range(2)
        for note in band.notes[Role.LEAD]
    ]
    many[7] = replace(many[7], duration=30)
    notes = {**band.notes, Role.LEAD: tuple(many)}
    assert write_sheet(replace(band, notes=notes)).gates[Role.LEAD] == (0.0, 0.0, 0.9, 0.0)


def test_swing_is_found(band: Band) -> None:
    swung = {
        role: tuple(replace(note, onset=note.onset + 25 * (note.onset % 480 == 240)) for note in own)
        for role, own in band.notes.items()
    }
    lean = write_sheet(replace(band, notes=swung)).lean
    assert lean[2] == pytest.approx(25)
    assert lean[0] == pytest.approx(0)


@pytest.mark.parametrize(("tonic", "shift"), [(0, 0), (5, -5), (6, 6), (11, 1)])
def test_the_shift_goes_to_c_the_nearer_way(band: Band, tonic: int, shift: int) -> None:
    assert replace(write_sheet(band), tonic=tonic).shift == shift
