"""Measures of form, on pieces whose sections are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.evaluation.form import (
    ending_measures,
    floor_report,
    form_measures,
    form_report,
    players_joining,
)
from gmn_core.generation.music.band import TICKS_PER_BEAT, Role
from gmn_core.generation.playing.floor import Floor
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.playing.tuning import Tuning
from gmn_core.generation.tokens.encoding import N_DRUM_SLOTS, Shapes, encode, role_slots
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band

SHAPES = Shapes(((), (4, 7)))
BAR = 4 * TICKS_PER_BEAT


@pytest.fixture
def piece() -> MeasuredPiece:
    band = make_band(12, tonic=0)
    return MeasuredPiece(Genre.POP, *encode(band, SHAPES), band)


def test_what_returns_is_told_from_what_is_new(piece: MeasuredPiece) -> None:
    found = form_measures(piece, SHAPES)
    assert found["accompaniment returns after 4 bars"] == 1  # the progression has four chords
    assert found["tune returns after 4 bars"] < 0.5  # the tune is drawn at random
    assert found["drums before a phrase"] == 1
    short = replace(piece, tokens=piece.tokens[: 16 * 3])
    assert np.isnan(form_measures(short, SHAPES)["tune returns after 4 bars"])


def test_fills_before_a_phrase_are_heard(piece: MeasuredPiece) -> None:
    tokens = piece.tokens.copy()
    for bar in (3, 7, 11):
        tokens[16 * bar : 16 * (bar + 1), :N_DRUM_SLOTS] = 1
    assert form_measures(replace(piece, tokens=tokens), SHAPES)["drums before a phrase"] > 3


def test_an_ending_is_measured_from_its_last_stroke(piece: MeasuredPiece) -> None:
    ended = replace(piece, band=replace(piece.band, length=13 * BAR))
    found = ending_measures(ended, SHAPES)
    assert found["bars that the last stroke rings"] == pytest.approx(1.25)  # the tune plays in the last beat
    assert found["led to by another chord"] == 1  # G before C
    report = form_report([piece], [ended], SHAPES)
    assert report["endings of samples"]["longest ring in bars"] == pytest.approx(1.25)
    joining = report["held-out real"]["all"].pop("players joining after eight bars")
    assert joining == pytest.approx(players_joining(piece, SHAPES))
    assert report["held-out real"]["pop"] == report["held-out real"]["all"]


def test_players_who_come_in_later_are_counted(piece: MeasuredPiece) -> None:
    tokens = piece.tokens.copy()
    assert players_joining(piece, SHAPES) == 0
    tokens[: 16 * 4, list(role_slots(Role.LEAD))] = 0
    assert players_joining(replace(piece, tokens=tokens), SHAPES) == 1
    assert np.isnan(players_joining(replace(piece, tokens=tokens[: 16 * 11]), SHAPES))


def test_samples_below_the_floor_are_counted(piece: MeasuredPiece) -> None:
    model = replace(shipped_model(), tuning=Tuning(floors={Genre.POP: Floor(thin=2)}))
    tokens = piece.tokens.copy()
    tokens[: 16 * 3, :N_DRUM_SLOTS] = 0
    thin = replace(piece, tokens=tokens)
    found = floor_report([piece, thin], model)
    assert found == {"samples below": 1, "of": 2, "why": {"pop": ["3 bars without a full band"]}}
    assert Role.DRUMS in piece.band.programs
