"""The harmonist: chords decided before the first note."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from gmn_core.generation.playing.form import Form
from gmn_core.generation.playing.harmonist import (
    N_ABOUT,
    N_PLACES,
    NOWHERE,
    PREFIX,
    Harmonist,
    about,
    chorus_of,
    half_bars,
    places,
    plan_of,
)
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.tokens.chords import CHORD, Chord, chord_roots, unknown_chords, write_chord
from gmn_core.genres import Genre

MODEL = shipped_model()
Plan = npt.NDArray[np.uint8]


def plan(*roots: int) -> Plan:
    found = unknown_chords(len(roots))
    for bar, root in enumerate(roots):
        found[bar] = write_chord(Chord(root, 2, (root + 4) % 12))
    return found


RHYTHM = plan(0, 9, 5, 7, 0, 9, 5, 7, 2, 7, 0, 9, 0, 9, 5, 7)
CHORUS = plan(0, 0, 0, 0, 5, 5, 0, 0, 7, 5, 0, 0)


def test_a_plan_comes_back_from_its_half_bars() -> None:
    chords = plan(0, 5, 7)
    chords[1, 1] = 0
    assert (plan_of(half_bars(chords)) == chords).all()
    assert half_bars(chords)[:, 1].tolist() == [5, 5, 5, 0, 5, 5]


def test_places_are_counted_from_the_phrase_and_from_the_chorus() -> None:
    assert places(16, 2).tolist() == [[0, 16], [1, 16]]
    assert places(0, 25, 0)[[0, 23, 24], 1].tolist() == [17, 40, 17]
    assert places(0, 64, 3).max() < N_PLACES


def test_only_a_blues_has_choruses() -> None:
    blues = plan(0, 0, 0, 0, 5, 5, 0, 0, 7, 5, 0, 0, 0)
    assert chorus_of(Genre.BLUES, np.roll(blues, 1, axis=0)) == 1
    assert chorus_of(Genre.ROCK, blues) == NOWHERE
    assert chorus_of(Genre.BLUES, plan(*[2] * 12)) == NOWHERE


def test_a_generator_without_a_harmonist_has_none() -> None:
    assert Harmonist.among({"read/kernel": np.zeros((1, 1))}) is None


@pytest.fixture(scope="module")
def harmonist() -> Harmonist:
    assert MODEL.harmonist is not None
    assert len(about(MODEL.sheets[Genre.POP][0], {Genre.POP: 1.0})) == N_ABOUT
    assert not any(name.startswith(PREFIX) for name in MODEL.harmonist.weights)
    return MODEL.harmonist


def draw(harmonist: Harmonist, genre: Genre, seed: int = 0, rhythm: Plan | None = None) -> Plan:
    rhythm = RHYTHM if rhythm is None else rhythm
    return harmonist.draw(MODEL.sheets[genre][0], {genre: 1.0}, rhythm, np.random.default_rng(seed))


def test_chords_change_and_come_round_as_in_the_outline(harmonist: Harmonist) -> None:
    drawn = draw(harmonist, Genre.POP)
    assert (drawn[:4] == drawn[4:8]).all()
    for own in (drawn, RHYTHM):
        changes = np.diff(own[:, :, CHORD].ravel().astype(int)) != 0
        assert changes.tolist() == [half % 2 == 1 for half in range(2 * len(RHYTHM) - 1)]
    assert (drawn[:, :, CHORD] > 0).all()
    assert (drawn == draw(harmonist, Genre.POP)).all()
    assert (drawn != draw(harmonist, Genre.POP, seed=1)).any()


def test_a_section_from_far_back_has_the_chords_that_it_had(harmonist: Harmonist) -> None:
    """Eight bars that return after sixteen others: further back than the harmonist hears."""
    rhythm = np.concatenate([RHYTHM[:8], np.tile(plan(3, 10, 8, 6), (4, 1, 1)), RHYTHM[:8]])
    sheet, form = MODEL.sheets[Genre.POP][0], Form((0, 8, 16, 24), "ABCA")
    free, bound = (
        harmonist.draw(sheet, {Genre.POP: 1.0}, rhythm, np.random.default_rng(3), form=own)
        for own in (None, form)
    )
    assert (bound[24:] == bound[:8]).all()
    assert (free[24:] != free[:8]).any()


def test_an_outline_without_chords_leaves_them_all_to_the_harmonist(harmonist: Harmonist) -> None:
    drawn = draw(harmonist, Genre.POP, rhythm=unknown_chords(8))
    assert (drawn[:, :, CHORD] > 0).all()


def test_an_opening_keeps_its_chords(harmonist: Harmonist) -> None:
    heard = plan(0, 9, 5, 7)
    sheet = MODEL.sheets[Genre.POP][0]
    drawn = harmonist.draw(sheet, {Genre.POP: 1.0}, RHYTHM, np.random.default_rng(0), heard=heard)
    assert (drawn[:4] == heard).all()


def test_a_blues_goes_to_its_subdominant(harmonist: Harmonist) -> None:
    """In the fifth bar of a chorus, in which other genres seldom do just then."""
    share = {
        genre: np.mean([chord_roots(draw(harmonist, genre, seed, CHORUS))[4, 0] == 5 for seed in range(24)])
        for genre in (Genre.BLUES, Genre.METAL)
    }
    assert share[Genre.BLUES] > 0.4 > share[Genre.METAL]
