"""The band, and its way to MIDI and back."""

from __future__ import annotations

from dataclasses import replace

import mido
import pytest

from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Role
from gmn_core.generation.music.casting import band_from_midi


def test_a_band_comes_back_from_midi_as_it_was(band: Band) -> None:
    back = band_from_midi(band.to_midi())
    assert back.notes == band.notes
    assert back.programs == band.programs
    assert (back.tempo, back.beats_per_bar, back.steps_per_beat) == (120.0, 4, 4)


def test_the_same_band_gives_the_same_bytes(band: Band) -> None:
    assert band.to_midi() == band.to_midi()


def test_the_file_lasts_as_long_as_the_band(band: Band, tmp_path: object) -> None:
    import io

    longer = replace(band, length=band.length + 777)
    file = mido.MidiFile(file=io.BytesIO(longer.to_midi()))
    assert file.length == pytest.approx(longer.seconds, abs=1e-6)
    assert [track.name for track in file.tracks[1:]] == ["drums", "bass", "chords", "lead"]
    assert {message.channel for message in file.tracks[1] if message.type == "note_on"} == {9}


def test_a_repeated_note_is_not_cut_by_the_end_of_the_one_before(band: Band) -> None:
    bass = band_from_midi(band.to_midi()).notes[Role.BASS]
    assert {note.duration for note in bass} == {TICKS_PER_BEAT}


def test_programs_and_notes_must_name_the_same_roles(band: Band) -> None:
    with pytest.raises(ValueError, match="same roles"):
        replace(band, programs={Role.BASS: 33})


def test_the_key_is_named(band: Band) -> None:
    assert band.key_name == "D major"
    assert replace(band, tonic=3, minor=True).key_name == "E♭ minor"
