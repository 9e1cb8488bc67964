"""Orchestration: what is usual in a genre, and who steps in for an accident."""

from __future__ import annotations

import numpy as np

from gmn_core.generation.music.band import Role
from gmn_core.generation.training.orchestration import orchestrate, usual_programs

GUITAR, PIANO, SITAR, SAX, CALLIOPE, RAIN, CLEAN, DRIVEN = 25, 0, 104, 65, 82, 96, 27, 30


def bands(*leads: int, chords: int = PIANO) -> list[dict[Role, int]]:
    return [{Role.DRUMS: 0, Role.CHORDS: chords, Role.LEAD: lead} for lead in leads]


def test_a_program_of_one_piece_is_unusual_however_small_the_corpus() -> None:
    usual = usual_programs(bands(SAX, SAX, SITAR))
    assert usual[Role.LEAD] == {SAX}
    assert Role.DRUMS not in usual


def test_a_program_of_fewer_than_one_piece_in_fifty_is_unusual() -> None:
    assert usual_programs(bands(*[SAX] * 147, *[SITAR] * 3))[Role.LEAD] == {SAX, SITAR}
    assert usual_programs(bands(*[SAX] * 148, *[SITAR] * 2))[Role.LEAD] == {SAX}


def test_effects_and_stand_ins_for_singers_are_unusual_however_common() -> None:
    usual = usual_programs(bands(SAX, SAX, CALLIOPE, CALLIOPE, CALLIOPE, RAIN, RAIN, RAIN))
    assert usual[Role.LEAD] == {SAX}


def test_a_bass_is_unusual_above_the_bass() -> None:
    assert usual_programs(bands(SAX, SAX, 33, 33, 33))[Role.LEAD] == {SAX}


def test_a_role_with_accidents_alone_keeps_the_commonest() -> None:
    assert usual_programs(bands(CALLIOPE, CALLIOPE, RAIN))[Role.LEAD] == {CALLIOPE}


def test_usual_players_stay_and_unusual_ones_are_replaced() -> None:
    genre = bands(SAX, SAX, GUITAR, GUITAR)
    own = {Role.DRUMS: 40, Role.CHORDS: PIANO, Role.LEAD: SITAR}
    played = orchestrate(own, genre, usual_programs(genre), np.random.default_rng(0))
    assert played[Role.CHORDS] == PIANO
    assert played[Role.DRUMS] == 40
    assert played[Role.LEAD] in {SAX, GUITAR}


def test_the_band_that_lends_a_player_resembles_this_one() -> None:
    # Saxophones go with pianos here, guitars with driven guitars.
    genre = bands(*[SAX] * 20) + bands(*[CLEAN] * 20, chords=DRIVEN)
    own = {Role.CHORDS: DRIVEN, Role.LEAD: SITAR}
    usual = usual_programs(genre)
    leads = [orchestrate(own, genre, usual, np.random.default_rng(seed))[Role.LEAD] for seed in range(200)]
    # Each shared family makes a lender e^1.5 times likelier: 0.82 of the draws, +- 0.08 at three sigma.
    assert 0.74 < np.mean(np.array(leads) == CLEAN) < 0.90
