"""Parts as music programs know them."""

from __future__ import annotations

import io
from dataclasses import replace

import mido
import pytest

from gmn_core.generation.music.band import ROLES, Band, Note, Role
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.music.parts import JOIN, midi_file, part_name, quantised, role_named

LEAD = (Note(7, 60, 470, 90), Note(486, 64, 110, 80), Note(955, 67, 470, 80))
DRUMS = tuple(Note(480 * beat + 3, 36, 80, 90) for beat in range(8))


def band(join: int = 0) -> Band:
    notes = {Role.DRUMS: DRUMS, Role.LEAD: LEAD}
    return Band(120, 4, 4, 0, False, {Role.DRUMS: 0, Role.LEAD: 11}, notes, 8 * 480, join)


def opened(content: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(content))


@pytest.mark.parametrize("role", ROLES)
def test_the_role_is_found_in_the_name(role: Role) -> None:
    assert role_named(part_name(role, 0)) is role
    assert role_named(role.value) is role


@pytest.mark.parametrize("name", ["", "Leader", "Strings - Lead", "bassoon"])
def test_other_names_are_no_roles(name: str) -> None:
    assert role_named(name) is None


def test_tracks_bear_the_names_of_parts_and_instruments() -> None:
    _, drums, lead = opened(midi_file(band())).tracks
    assert lead.name == "Lead - Vibraphone"
    assert drums.name == "Drums - Standard drum kit"
    assert [message.name for message in lead if message.type == "instrument_name"] == ["Vibraphone"]


def test_the_music_is_the_same_as_in_the_file_that_is_played() -> None:
    def played(content: bytes) -> list[list[tuple[str, int]]]:
        return [
            [(str(message), message.time) for message in track if not message.is_meta]
            for track in opened(content).tracks
        ]

    assert played(midi_file(band(join=1920))) == played(band().to_midi())
    assert opened(midi_file(band(join=1920))).length == opened(band().to_midi()).length


def test_the_join_is_marked_where_there_is_one() -> None:
    markers = {
        join: [message for message in opened(midi_file(band(join))).tracks[0] if message.type == "marker"]
        for join in (0, 1920)
    }
    assert markers[0] == []
    assert [(message.text, message.time) for message in markers[1920]] == [(JOIN, 1920)]


def test_a_file_of_ours_is_read_back_in_its_roles() -> None:
    again = band_from_midi(midi_file(band()))
    assert set(again.notes) == {Role.DRUMS, Role.LEAD}
    assert again.programs[Role.LEAD] == 11


def test_a_quantised_band_is_on_the_grid_where_its_players_meant_to_be() -> None:
    found = quantised(band())
    spans = [(note.onset, note.duration) for note in found.notes[Role.LEAD]]
    assert spans == [(0, 480), (480, 120), (960, 480)]
    assert [note.onset for note in found.notes[Role.DRUMS]] == [480 * beat for beat in range(8)]
    assert [note.velocity for note in found.notes[Role.LEAD]] == [90, 80, 80]


def test_sections_are_markers_and_chords_are_text() -> None:
    marked = replace(
        band(), sections=((0, "A"), (1920, "B")), chords=((0, "C"), (960, "F♯m7b5"), (1920, "B♭7"))
    )
    file = opened(midi_file(marked))
    now, found = 0, []
    for message in file.tracks[0]:
        now += message.time
        if message.type in ("marker", "text"):
            found.append((now, message.type, message.text))
    assert found == [
        (0, "marker", "Section A"),
        (0, "text", "C"),
        (960, "text", "F#m7b5"),
        (1920, "marker", "Section B"),
        (1920, "text", "Bb7"),
    ]
    assert file.length == opened(midi_file(band())).length


def test_on_the_grid_a_note_ends_where_its_pitch_is_struck_again(band: Band) -> None:
    lead = (Note(0, 60, 500, 90), Note(0, 64, 500, 90), Note(480, 60, 100, 90))
    notes = quantised(replace(band, notes={**band.notes, Role.LEAD: lead})).notes[Role.LEAD]
    assert [(note.onset, note.pitch, note.duration) for note in notes] == [
        (0, 60, 480),
        (0, 64, 600),
        (480, 60, 120),
    ]
