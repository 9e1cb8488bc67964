"""Wishes: chords, keys and players that are asked for, on the shipped generator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Role
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.playing.wishes import same_chords, suited, whole_rounds, wishes_of, with_players
from gmn_core.generation.request import GenerationError, GenerationRequest, Player
from gmn_core.generation.tokens.progression import read_progression
from gmn_core.genres import Genre

BLUES = "I7 | IV7 | I7 | V7"
ACCOMPANIMENT = (Role.BASS, Role.CHORDS, Role.PAD)


def chord_tone_share(band: Band, roles: tuple[Role, ...] = ACCOMPANIMENT) -> float:
    """Return the share of notes that belong to the chord that is marked where they are struck."""
    starts = [tick for tick, _ in band.chords]
    tones = [read_progression(name, (0, False)).bars[0][0].tones for _, name in band.chords]
    step = TICKS_PER_BEAT / band.steps_per_beat
    found = [
        note.pitch % 12 in tones[np.searchsorted(starts, round(note.onset / step) * step, side="right") - 1]
        for role in roles
        for note in band.notes.get(role, ())
    ]
    return float(np.mean(found))


@pytest.mark.parametrize(
    ("genre", "chords"),
    [(Genre.BLUES, BLUES), (Genre.JAZZ, "ii7 V7 | Imaj7 %"), (Genre.METAL, "i5 | bII5 | bVII5 | i5")],
)
def test_the_accompaniment_keeps_to_the_chords(genre: Genre, chords: str) -> None:
    band = sample_band(GenerationRequest(genre, 14, seed=2, chords=chords, key="A"))
    assert band.tonic == 9
    assert chord_tone_share(band) >= 0.9
    assert len(band.chords) > 3


def test_names_and_key_come_from_the_chords() -> None:
    band = sample_band(GenerationRequest(Genre.POP, 12, seed=1, chords="Am | F | C | G"))
    assert band.key_name == "A minor"
    assert [name for _, name in band.chords[:4]] == ["Am", "F", "C", "G"]
    assert [tick for tick, _ in band.chords[:3]] == [0, band.bar_ticks, 2 * band.bar_ticks]


def test_who_is_asked_for_plays_and_who_is_not_wanted_does_not() -> None:
    players = (Player(Role.LEAD, 22), Player(Role.CHORDS), Player(Role.PAD, plays=False))
    for seed in (3, 4):
        band = sample_band(GenerationRequest(Genre.POP, 12, seed=seed, players=players))
        assert band.programs[Role.LEAD] == 22
        assert {Role.LEAD, Role.CHORDS} <= set(band.roles)
        assert Role.PAD not in band.notes


def test_a_band_of_one_plays_alone() -> None:
    silent = tuple(Player(role, plays=False) for role in Role if role is not Role.LEAD)
    band = sample_band(GenerationRequest(Genre.ROCK, 10, seed=1, players=(*silent, Player(Role.LEAD))))
    assert band.roles == (Role.LEAD,)


def test_a_band_of_nobody_is_refused() -> None:
    with pytest.raises(GenerationError, match="at least one player"):
        GenerationRequest(Genre.ROCK, players=tuple(Player(role, plays=False) for role in Role))


def test_without_wishes_nothing_is_preferred() -> None:
    model = shipped_model()
    sheets = model.sheets[Genre.COUNTRY]
    shares = np.full(len(sheets), 1 / len(sheets))
    wishes = wishes_of(GenerationRequest(Genre.COUNTRY))
    np.testing.assert_allclose(suited(shares, sheets, wishes), shares)


def test_a_player_whom_the_sheet_lacks_is_as_in_another_sheet() -> None:
    sheets = shipped_model().sheets[Genre.BLUES]
    other = next(own for own in sheets if Role.PAD in own.programs)
    rest = {role: program for role, program in other.programs.items() if role is not Role.PAD}
    levels = {role: own for role, own in other.levels.items() if role is not Role.PAD}
    without = replace(other, programs=rest, levels=levels)
    found = with_players(without, without.programs, [Player(Role.PAD)], sheets)
    assert found.programs[Role.PAD] == other.programs[Role.PAD]
    assert found.levels[Role.PAD] == other.levels[Role.PAD]
    assert list(found.programs) == [role for role in Role if role in found.programs]


def test_a_tempo_gives_way_a_little_so_that_the_chords_come_round() -> None:
    sheet = replace(shipped_model().sheets[Genre.BLUES][0], tempo=100.0, beats_per_bar=4)
    found = whole_rounds(sheet, 60, 1.5, 12)
    n_bars = (60 - 1.5) / found.bar_seconds
    assert n_bars == pytest.approx(24, abs=1e-6)
    assert int(n_bars) == 24
    assert whole_rounds(sheet, 20, 1.5, 12) == sheet  # too far away


def test_what_returns_needs_the_same_chords() -> None:
    tones = np.zeros((3, 4, 12), bool)
    tones[[0, 2], :, 0] = tones[1, :, 5] = True
    assert same_chords(tones, np.array([[0, 0], [1, 0], [2, 1]])).tolist() == [[1, 1], [0, 1], [1, 0]]
