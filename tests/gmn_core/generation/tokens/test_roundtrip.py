"""The round trip through the representation."""

from __future__ import annotations

import pytest

from gmn_core.generation.music.band import Band
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.roundtrip import round_trip


def test_what_the_representation_holds_comes_back(band: Band) -> None:
    shapes = shipped_model().shapes
    data = round_trip(band.to_midi(), shapes)
    assert band_from_midi(data).notes == band.notes
    assert round_trip(data, shapes) == data


def test_what_is_no_midi_file_is_refused() -> None:
    with pytest.raises(GenerationError, match="MIDI"):
        round_trip(b"MThd but no more", shipped_model().shapes)
