"""A band as JSON has it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from gmn_core.generation.music.band import Band
from gmn_core.generation.music.band_record import band_record, read_band
from gmn_core.generation.request import GenerationError


def test_a_band_comes_back_as_it_was(band: Band) -> None:
    band = replace(band, sections=((0, "A"), (7680, "B")), chords=((0, "D"), (1920, "G")), join=1920)
    assert read_band(json.loads(json.dumps(band_record(band)))) == band


@pytest.mark.parametrize(
    "fields",
    [
        {"tempo": "fast"},
        {"tempo": 1e9},
        {"tonic": 12},
        {"length": 1.5},
        {"beats_per_bar": 5},
        {"notes": {"bass": [[0, 200, 10, 10]]}},
        {"notes": {"bass": [[0, 20]]}},
        {"notes": {"bass": [[0, 40, 10, 10]]}, "programs": {}},
        {"chords": [[-1, "C"]]},
        {"notes": 7},
    ],
)
def test_what_is_no_band_is_refused_in_a_sentence(band: Band, fields: dict[str, Any]) -> None:
    with pytest.raises(GenerationError, match="incomplete or damaged"):
        read_band({**band_record(band), **fields})


def test_a_piece_without_notes_is_refused(band: Band) -> None:
    with pytest.raises(GenerationError, match="holds no notes"):
        read_band({**band_record(band), "notes": {}})
