"""Casting the parts of any file in the band's roles."""

from __future__ import annotations

import io

import mido
import pytest

from gmn_core.generation.music.band import TICKS_PER_BEAT, Role
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.request import GenerationError


def midi_file(
    parts: list[tuple[int, int, list[tuple[int, int, int]]]],
    *,
    tpq: int = 96,
    metre: tuple[int, int] = (4, 4),
) -> bytes:
    """Return a file of parts: channel, program and notes as (beat, pitch, beats)."""
    conductor = mido.MidiTrack(
        [
            mido.MetaMessage("time_signature", numerator=metre[0], denominator=metre[1]),
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)),
        ]
    )
    file = mido.MidiFile(type=1, ticks_per_beat=tpq, tracks=[conductor])
    for channel, program, notes in parts:
        track = mido.MidiTrack([mido.Message("program_change", channel=channel, program=program)])
        events = sorted(
            event
            for beat, pitch, beats in notes
            for event in ((beat * tpq, 1, pitch), ((beat + beats) * tpq, 0, pitch))
        )
        now = 0
        for tick, on, pitch in events:
            kind = "note_on" if on else "note_off"
            track.append(mido.Message(kind, channel=channel, note=pitch, velocity=80, time=tick - now))
            now = tick
        file.tracks.append(track)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


TUNE = [(beat, 70 + beat % 5, 1) for beat in range(16)]
LOW = [(beat, 40 + beat % 3, 1) for beat in range(16)]
TRIADS = [(beat, 60 + above, 2) for beat in range(0, 16, 2) for above in (0, 4, 7)]


def test_parts_get_the_role_that_they_play_like() -> None:
    band = band_from_midi(midi_file([(0, 0, TRIADS), (1, 65, TUNE), (2, 33, LOW), (9, 0, [(0, 36, 1)])]))
    assert band.programs == {Role.DRUMS: 0, Role.BASS: 33, Role.CHORDS: 0, Role.LEAD: 65}
    assert band.tempo == pytest.approx(90)
    assert band.notes[Role.LEAD][1].onset == TICKS_PER_BEAT


def test_a_part_that_doubles_another_is_left_out() -> None:
    band = band_from_midi(midi_file([(0, 0, TRIADS), (1, 65, TUNE), (2, 33, LOW), (3, 66, TUNE)]))
    assert band.roles == (Role.BASS, Role.CHORDS, Role.LEAD)


def test_a_part_left_over_plays_where_its_kind_rests() -> None:
    first, second, third = (
        [(bar * 4 + beat, 60 + place + beat, 1) for bar in bars for beat in range(4)]
        for place, bars in ((0, (0, 1, 2)), (12, (0, 1, 2)), (20, (2, 3)))
    )
    fifths = [(beat, 50 + above, 4) for beat in range(0, 16, 4) for above in (0, 7)]
    parts = [(0, 0, TRIADS), (1, 65, first), (2, 66, second), (3, 67, third), (4, 48, fifths)]
    band = band_from_midi(midi_file(parts))
    pitches = {note.pitch for note in band.notes[Role.SECOND] if note.onset >= 12 * TICKS_PER_BEAT}
    assert pitches == {80, 81, 82, 83}


def test_a_piano_piece_is_cut_in_voices() -> None:
    right = [(beat, 72 + above, 1) for beat in range(8) for above in (0, 4)]
    left = [(beat, 48 + above, 1) for beat in range(8) for above in (0, 7)]
    band = band_from_midi(midi_file([(0, 0, right), (0, 0, left)]))
    assert {role: {note.pitch for note in own} for role, own in band.notes.items()} == {
        Role.BASS: {48},
        Role.CHORDS: {55},
        Role.LEAD: {76},
        Role.SECOND: {72},
    }


def test_three_in_a_bar_is_kept() -> None:
    assert band_from_midi(midi_file([(0, 0, TUNE)], metre=(3, 4))).beats_per_bar == 3
    assert band_from_midi(midi_file([(0, 0, TUNE)], metre=(6, 8))).beats_per_bar == 3
    assert band_from_midi(midi_file([(0, 0, TUNE)], metre=(2, 4))).beats_per_bar == 4


@pytest.mark.parametrize("data", [b"", b"no music at all, only words", midi_file([(0, 0, TUNE)])[:60]])
def test_what_is_no_midi_file_is_refused(data: bytes) -> None:
    with pytest.raises(GenerationError, match="MIDI"):
        band_from_midi(data)


def test_a_file_without_notes_is_refused() -> None:
    with pytest.raises(GenerationError, match="no notes"):
        band_from_midi(midi_file([(0, 0, [])]))
