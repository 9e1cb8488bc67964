"""Scores as MusicXML, read back by two other libraries."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import muspy
import pytest

from gmn_core.generation.music.band import ROLES, TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.notation import Stroke, lead_sheet_xml, score_xml, strokes_of

Written = list[tuple[int, int, int]]


@pytest.fixture
def piece(band: Band) -> Band:
    """A band with triplets across bar lines, early players, chords and sections."""
    swung = [Note(160 * step + 3, 60 + step % 5, 300, 80) for step in range(30)]
    return replace(
        band,
        steps_per_beat=6,
        programs={**band.programs, Role.SECOND: 22},
        notes={**band.notes, Role.SECOND: tuple(swung)},
        chords=((0, "D"), (1920, "G7"), (2880, "F♯m7b5"), (3840, "A7/C♯")),
        sections=((0, "A"), (7680, "B")),
    )


def written(band: Band, role: Role) -> Written:
    return sorted(
        (stroke.onset, pitch, stroke.duration)
        for stroke in strokes_of(band, role)
        for pitch in stroke.pitches
    )


def roles_in_score(band: Band) -> list[Role]:
    return [role for role in reversed(ROLES) if role in band.roles]


def test_muspy_reads_the_notes_that_were_written(piece: Band, tmp_path: Path) -> None:
    path = tmp_path / "score.musicxml"
    path.write_bytes(score_xml(piece, "A test"))
    music = muspy.read_musicxml(path)
    scale = TICKS_PER_BEAT / music.resolution
    for role, track in zip(roles_in_score(piece), music.tracks, strict=True):
        found = sorted((round(n.time * scale), n.pitch, round(n.duration * scale)) for n in track.notes)
        if role is Role.DRUMS:  # their places in the staff stand for no pitches
            assert [(onset, length) for onset, _, length in found] == [
                (onset, length) for onset, _, length in written(piece, role)
            ]
        else:
            assert found == written(piece, role)


def test_partitura_reads_the_notes_that_were_written(piece: Band, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import partitura

        # It stumbles over drums that are struck together (1.9.0).
        pitched = {role: notes for role, notes in piece.notes.items() if role is not Role.DRUMS}
        piece = replace(piece, notes=pitched, programs={role: piece.programs[role] for role in pitched})
        path = tmp_path / "score.musicxml"
        path.write_bytes(score_xml(piece, "A test"))
        score = partitura.load_musicxml(str(path))
    for role, part in zip(roles_in_score(piece), score.parts, strict=True):
        rows = part.note_array()
        times = [rows[name] * TICKS_PER_BEAT for name in ("onset_quarter", "duration_quarter")]
        onsets, durations = (time.round().astype(int).tolist() for time in times)
        assert sorted(zip(onsets, rows["pitch"].tolist(), durations, strict=True)) == written(piece, role)


def test_chords_stand_above_the_first_staff_and_sections_are_marked(piece: Band) -> None:
    for data, n_parts in ((score_xml(piece, "A test"), 5), (lead_sheet_xml(piece, "A test"), 1)):
        root = ElementTree.fromstring(data)
        assert len(root.findall("part")) == n_parts
        chords = [
            (harmony.findtext("root/root-step"), harmony.findtext("kind")) for harmony in root.iter("harmony")
        ]
        assert chords == [
            ("D", "major"),
            ("G", "dominant"),
            ("F", "half-diminished"),
            ("A", "dominant"),
        ]
        assert [mark.text for mark in root.iter("rehearsal")] == ["A", "B"]
        assert root.findtext("movement-title") == "A test"
        assert list(root.iter("backup")) == [], "a bar has a second voice, whose rests stand over the notes"


def test_a_stroke_ends_where_the_next_begins(band: Band) -> None:
    notes = (Note(2, 60, 900, 80), Note(0, 64, 900, 80), Note(480, 62, 100, 80))
    alone = replace(band, programs={Role.LEAD: 0}, notes={Role.LEAD: notes})
    assert strokes_of(alone, Role.LEAD) == [Stroke(0, 480, (60, 64)), Stroke(480, 120, (62,))]


def test_strokes_of_the_drums_last_to_the_next_or_to_the_end_of_the_beat(band: Band) -> None:
    hits = tuple(Note(onset, 36, 10, 80) for onset in (0, 240, 1080))
    alone = replace(band, programs={Role.DRUMS: 0}, notes={Role.DRUMS: hits})
    assert [(own.onset, own.duration) for own in strokes_of(alone, Role.DRUMS)] == [
        (0, 240),
        (240, 240),
        (1080, 360),
    ]


def test_a_bass_is_written_an_octave_above_its_sound(band: Band) -> None:
    low = tuple(Note(480 * beat, 33, 400, 80) for beat in range(4))
    alone = replace(band, programs={Role.BASS: 33}, notes={Role.BASS: low})
    root = ElementTree.fromstring(score_xml(alone, "A test"))
    assert root.findtext("part/measure/attributes/clef/clef-octave-change") == "-1"
    assert root.findtext("part/measure/note/pitch/octave") == "1"


def test_the_same_piece_gives_the_same_file(piece: Band) -> None:
    data = score_xml(piece, "A test")
    assert data == score_xml(piece, "A test")
    assert b"encoding-date" not in data
