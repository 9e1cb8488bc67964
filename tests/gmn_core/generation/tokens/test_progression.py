"""Chords as people write them: letters and Roman numerals, keys, and what cannot be read."""

from __future__ import annotations

import pytest

from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.progression import PRESETS, Progression, read_key, read_progression, tones_of
from gmn_core.genres import GENRES


def names(progression: Progression, tonic: int) -> list[list[str]]:
    return [[symbol.name(tonic, minor=progression.minor) for symbol in bar] for bar in progression.bars]


def test_letters_are_read_bar_by_bar_in_the_key_that_they_are_in() -> None:
    read = read_progression("Dm7 G7 | Cmaj7 % | % | C/E")
    assert (read.tonic, read.minor) == (0, False)
    assert names(read, 0) == [["Dm7", "G7"], ["Cmaj7", "Cmaj7"], ["Cmaj7", "Cmaj7"], ["C/E"]]


def test_roman_numerals_leave_the_key_open_and_tell_the_mode() -> None:
    blues, minor = read_progression("I7 | IV7 | V7/V | V7"), read_progression("i | VI | ♭VII7 | V")
    assert (blues.tonic, blues.minor, minor.minor) == (None, False, True)
    assert names(blues, 9) == [["A7"], ["D7"], ["B7"], ["E7"]]
    assert names(minor, 9) == [["Am"], ["F"], ["G7"], ["E"]]


def test_without_bar_lines_each_chord_has_a_bar() -> None:
    assert len(read_progression("Am F C G").bars) == 4


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("A7 | D7 | A7 | A7 | D7 | D7 | A7 | A7 | E7 | D7 | A7 | E7", (9, False)),
        ("Am F C G", (9, True)),
        ("C G Am F", (0, False)),
        ("F#m7b5 B7 | Em", (4, True)),
        ("E♭maj7 | Cm7 | Fm7 | B♭7", (3, False)),
    ],
)
def test_the_key_is_found_from_the_chords(text: str, key: tuple[int, bool]) -> None:
    read = read_progression(text)
    assert (read.tonic, read.minor) == key
    assert read_progression(text, (2, False)).tonic == 2


@pytest.mark.parametrize(
    ("symbol", "tones"),
    [
        ("C", {0, 4, 7}),
        ("Cm7b5", {0, 3, 6, 10}),
        ("C6", {0, 4, 7, 9}),
        ("Caug", {0, 4, 8}),
        ("C7#9", {0, 4, 7, 10, 3}),
        ("C9", {0, 4, 7, 10, 2}),
        ("Cdim7", {0, 3, 6, 9}),
        ("Csus2", {0, 2, 7}),
        ("C/B♭", {0, 4, 7, 10}),
        ("C-Δ7", {0, 3, 7, 11}),
    ],
)
def test_a_symbol_has_its_tones(symbol: str, tones: set[int]) -> None:
    (found,) = read_progression(symbol, (0, False)).bars[0]
    assert found.tones == tones


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There are no chords"),
        ("C | Hm7", "“Hm7” in bar 2 is not a known chord"),
        ("I | IVx", "“IVx” in bar 2 is not a known chord"),
        ("C | C D E F G", "Bar 2 has 5 chords"),
        ("% | C", "Bar 1 repeats a chord before there is one"),
        ("C " * 65, "65 bars"),
        ("C/X", "“C/X” in bar 1"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(GenerationError, match=sentence.replace("(", r"\(")):
        read_progression(text)


def test_keys_are_read_by_their_usual_names() -> None:
    assert [read_key(name) for name in ("A", "e♭ major", "F# minor", "Bbm")] == [
        (9, False),
        (3, False),
        (6, True),
        (10, True),
    ]
    with pytest.raises(GenerationError, match="is no key"):
        read_key("H")


def test_chords_of_a_bar_share_its_beats_and_go_round() -> None:
    symbols = read_progression("C G | F", (0, False)).symbols(3, 4)
    roots = [[symbol.chord.root for symbol in bar] for bar in symbols]
    assert roots == [[0, 0, 7, 7], [5, 5, 5, 5], [0, 0, 7, 7]]
    assert tones_of(symbols).shape == (3, 4, 12)
    assert set(tones_of(symbols)[1, 0].nonzero()[0]) == {5, 9, 0}


def test_every_preset_can_be_read_and_every_genre_has_one() -> None:
    for text, _ in PRESETS.values():
        assert read_progression(text).bars
    assert {genre for _, genre in PRESETS.values()} == set(GENRES)
