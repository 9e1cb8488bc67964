"""What changes start from: foreign MIDI files and pieces' files."""

from __future__ import annotations

import json

import pytest

from gmn_core.generation.music.band import Band
from gmn_core.generation.music.band_record import band_record
from gmn_core.generation.music.start import read_json, read_start
from gmn_core.generation.request import GenerationError


def test_a_midi_file_gets_time_to_ring(band: Band) -> None:
    start = read_start(band.to_midi())
    assert start.notes == band.notes
    assert start.seconds == pytest.approx(band.seconds + 1.5)


def test_the_notes_of_a_piece_are_read(band: Band) -> None:
    assert read_start(json.dumps({"band": band_record(band)}).encode()) == band


@pytest.mark.parametrize("data", [b"", b"no music", b"[" * 100_000, b"{}", b"[1]"])
def test_what_is_neither_is_refused(data: bytes) -> None:
    with pytest.raises(GenerationError, match=r"neither a piece's file|holds no piece"):
        read_json(data, "band")
