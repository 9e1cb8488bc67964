"""Chords: the estimator on progressions whose chords are known, and their names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.tokens.chords import (
    N_BASSES,
    N_CHORDS,
    QUALITIES,
    Chord,
    chord_tones,
    find_chords,
    read_chord,
    spelt,
    write_chord,
)
from gmn_core.generation.tokens.encoding import Shapes, encode, shapes_of
from tests.gmn_core.generation.conftest import make_band

BAR = 4 * TICKS_PER_BEAT


def chords_of(band: Band) -> list[list[str]]:
    """Return the names of the chords found in each bar, in the key of the band."""
    shapes = Shapes(((), *sorted(set(shapes_of(band)) - {()})))
    sheet, tokens = encode(band, shapes)
    found = find_chords(tokens, sheet, shapes)
    named = [[read_chord(half) for half in bar] for bar in found]
    return [[chord.name(sheet.tonic, minor=sheet.minor) if chord else "-" for chord in bar] for bar in named]


def progression(*bars: tuple[int, str, int]) -> Band:
    """Return a band whose bass and chords play a root, a quality and a bass note in each bar."""
    chords, bass = [], []
    for bar, (root, quality, lowest) in enumerate(bars):
        chords += [
            Note(bar * BAR, 60 + root + interval, BAR, 80)
            for interval in dict(zip(QUALITIES, QUALITIES.values(), strict=True))[quality]
        ]
        bass.append(Note(bar * BAR, 36 + lowest, BAR, 90))
    band = make_band(len(bars), tonic=0)
    return replace(
        band,
        programs={Role.BASS: 33, Role.CHORDS: 0},
        notes={Role.BASS: tuple(bass), Role.CHORDS: tuple(sorted(chords))},
    )


def test_the_chords_of_a_known_progression_are_found_under_a_tune() -> None:
    found = chords_of(make_band(8, tonic=2, seed=4))
    assert found == [[name] * 2 for name in ("D", "G", "A", "D") * 2]


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_is_told_from_the_others(quality: str) -> None:
    band = progression((0, "", 0), (5, quality, 5), (0, "", 0), (5, quality, 5))
    assert chords_of(band) == [["C", "C"], ["F" + quality] * 2] * 2


def test_the_bass_note_is_named_where_it_is_not_the_root() -> None:
    band = progression((0, "", 4), (7, "", 7), (0, "", 4), (7, "", 7))
    assert chords_of(band) == [["C/E"] * 2, ["G"] * 2] * 2


def test_chords_may_change_in_the_middle_of_a_bar() -> None:
    halves = [Note(index * BAR // 2, 48 + pitch, BAR // 2, 80) for index in range(8) for pitch in (0, 4, 7)]
    moved = tuple(
        sorted(
            replace(note, pitch=note.pitch + (5 if note.onset // (BAR // 2) % 2 else 0)) for note in halves
        )
    )
    band = replace(make_band(4, tonic=0), programs={Role.CHORDS: 0}, notes={Role.CHORDS: moved})
    assert chords_of(band) == [["C", "F"]] * 4


def test_a_bar_of_three_beats_has_one_chord() -> None:
    waltz = replace(make_band(8, tonic=0), beats_per_bar=3)
    assert all(len(set(bar)) == 1 for bar in chords_of(waltz))


def test_without_pitched_notes_the_chords_are_unknown() -> None:
    band = make_band(4)
    drums = replace(band, programs={Role.DRUMS: 0}, notes={Role.DRUMS: band.notes[Role.DRUMS]})
    assert {name for bar in chords_of(drums) for name in bar} == {"-"}


def test_chords_are_read_as_they_were_written() -> None:
    for root in range(12):
        for quality in range(len(QUALITIES)):
            chord = Chord(root, quality, (root + 7) % 12)
            number, bass = write_chord(chord)
            assert 0 < number < N_CHORDS
            assert 0 < bass < N_BASSES
            assert read_chord(np.array([number, bass], np.uint8)) == chord


def test_a_chord_has_a_name_and_tones_in_its_key() -> None:
    chord = Chord(root=9, quality=list(QUALITIES).index("m7"), bass=7)
    assert (chord.name(), chord.name(tonic=2)) == ("Am7/G", "Bm7/A")
    assert chord.tones == {9, 0, 4, 7}


@pytest.mark.parametrize(
    ("degree", "tonic", "minor", "name"),
    [
        (9, 4, False, "C♯"),
        (1, 0, False, "D♭"),
        (10, 0, False, "B♭"),
        (4, 8, False, "C"),
        (9, 6, False, "D♯"),
        (3, 1, True, "E"),
        (7, 8, True, "D♯"),
        (8, 1, False, "A"),  # and not B double flat
    ],
)
def test_notes_are_spelt_as_the_key_has_them(degree: int, tonic: int, minor: bool, name: str) -> None:
    assert spelt(degree, tonic, minor=minor) == name


def test_the_tones_of_a_plan_are_its_chords_and_none_of_an_unknown_one() -> None:
    plan = np.array([[write_chord(Chord(2, 1, 9)), (0, 0)]], np.uint8)
    tones = chord_tones(plan)
    assert tones.shape == (1, 2, 12)
    assert np.flatnonzero(tones[0, 0]).tolist() == [2, 5, 9]
    assert not tones[0, 1].any()
