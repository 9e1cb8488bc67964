"""Plans: what is drawn before the first note."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.playing.form import find_chorus
from gmn_core.generation.playing.model import GeneratorModel, shipped_model
from gmn_core.generation.playing.planning import Plan, draw_plan, typical_shares
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.tokens.chords import (
    QUALITIES,
    Chord,
    chord_roots,
    read_chord,
    unknown_chords,
    write_chord,
)
from gmn_core.generation.tokens.encoding import encode
from gmn_core.generation.tokens.outline import RESTS, SECTION_BARS, find_outline
from gmn_core.genres import GENRES, Genre


def plan_of(request: GenerationRequest, model: GeneratorModel | None = None, seed: int = 0) -> Plan:
    return draw_plan(request, model or shipped_model(), np.random.default_rng(seed))


@pytest.mark.parametrize("genre", GENRES)
def test_a_plan_has_a_training_pieces_sheet_and_an_outline_that_suits_it(genre: Genre) -> None:
    model = replace(shipped_model(), harmonist=None)  # so that the outline keeps its pitch classes
    for seed in range(5):
        plan = plan_of(GenerationRequest(genre, 30), model, seed=seed)
        assert plan.sheet.programs in model.bands[genre]
        outlines = [
            outline
            for own, outline in zip(model.sheets[genre], model.outlines[genre], strict=True)
            if (own.minor, own.beats_per_bar) == (plan.sheet.minor, plan.sheet.beats_per_bar)
            and set(own.programs) == set(plan.sheet.programs)
        ]
        first = [find_chorus(own.chords)[0] if genre is Genre.BLUES else 0 for own in outlines]
        assert any(
            np.array_equal(plan.profile, own.profile(bar, bar + SECTION_BARS))
            for bar, own in zip(first, outlines, strict=True)
        )
        assert plan.outline.n_bars == plan.n_bars
        resting = [place for place, role in enumerate(Role) if role not in plan.sheet.programs]
        assert (plan.outline.activity[:, resting] == RESTS).all()


def test_sheet_and_outline_are_seldom_of_the_same_piece() -> None:
    model, same = replace(shipped_model(), harmonist=None), 0
    for seed in range(40):
        plan = plan_of(GenerationRequest(Genre.ROCK), model, seed=seed)
        for own, outline in zip(model.sheets[Genre.ROCK], model.outlines[Genre.ROCK], strict=True):
            same += own.levels == plan.sheet.levels and np.array_equal(
                plan.profile, outline.profile(0, SECTION_BARS)
            )
    assert same < 8


def test_a_plan_longer_than_its_outline_goes_through_it_again() -> None:
    model = shipped_model()
    short = replace(
        model,
        outlines={
            genre: [own.passage(0, 10) for own in outlines] for genre, outlines in model.outlines.items()
        },
    )
    plan = plan_of(GenerationRequest(Genre.POP, 60), short)
    assert plan.n_bars > 20
    assert plan.outline.n_bars == plan.n_bars


@pytest.mark.parametrize(("genre", "latest"), [(Genre.BLUES, [1, 1, 1]), (Genre.POP, [3, 3, 3])])
def test_breaks_and_pick_ups_are_filled_by_a_band_if_the_genre_has_one(
    genre: Genre, latest: list[int]
) -> None:
    model = shipped_model()
    sheet = next(own for own in model.sheets[genre] if len(own.programs) == 6)
    outline = model.outlines[genre][0].passage(0, 5)
    activity = np.array(
        [[3, 1, 1, 1, 1, 1], [4, 3, 1, 1, 1, 1], [1, 1, 1, 1, 5, 2], [4, 4, 4, 1, 1, 1]], np.uint8
    )
    broken = replace(outline.at(np.arange(4)), activity=activity)
    known = replace(
        model,
        sheets={**model.sheets, genre: [sheet]},
        bands={**model.bands, genre: [sheet.programs]},
        typicality={**model.typicality, genre: [1.0]},
        outlines={**model.outlines, genre: [broken]},
    )
    told = plan_of(GenerationRequest(genre, 30), known).outline.activity[:3]
    assert told.tolist() == activity[latest].tolist()


def test_an_opening_says_what_it_is_like_and_its_band_plays_on(band: Band) -> None:
    model = shipped_model()
    plan = plan_of(GenerationRequest(Genre.COUNTRY, 30, opening=band.to_midi()))
    sheet, tokens = encode(band, model.shapes)
    heard = find_outline(tokens[: plan.n_opening], sheet, model.shapes)
    assert (plan.outline.returns[: heard.n_bars] == heard.returns).all()
    assert (plan.outline.activity[heard.n_bars] == heard.activity[0]).all()
    assert plan.profile.sum() == pytest.approx(1, abs=1e-5)
    assert (plan.profile >= heard.profile(0, heard.n_bars) / 2 - 1e-6).all()


def test_an_opening_like_no_known_piece_is_continued_all_the_same(band: Band) -> None:
    model = shipped_model()
    in_three = {
        genre: [replace(own, beats_per_bar=3) for own in sheets] for genre, sheets in model.sheets.items()
    }
    request = GenerationRequest(Genre.COUNTRY, 30, opening=band.to_midi())
    plan = plan_of(request, replace(model, sheets=in_three))
    assert plan.sheet.beats_per_bar == 4
    assert plan.outline.n_bars == plan.n_bars


@pytest.mark.parametrize("tempo", [39.0, 241.0, 999.0])
def test_an_opening_too_slow_or_too_fast_to_play_needs_a_tempo(band: Band, tempo: float) -> None:
    opening = replace(band, tempo=tempo).to_midi()
    with pytest.raises(GenerationError, match=f"tempo of {tempo:.0f} .* choose a tempo"):
        plan_of(GenerationRequest(Genre.COUNTRY, 30, opening=opening))
    plan = plan_of(GenerationRequest(Genre.COUNTRY, 30, tempo=100, opening=opening))
    assert plan.sheet.tempo == 100


def test_an_opening_whose_bars_are_too_long_is_refused(band: Band) -> None:
    with pytest.raises(GenerationError, match="too long"):
        plan_of(GenerationRequest(Genre.COUNTRY, 10, tempo=40, opening=band.to_midi()))


def test_instruments_that_the_genre_seldom_uses_come_in_below_the_middle_of_the_scale() -> None:
    model = shipped_model()
    usual = [usual_players(model, typicality) for typicality in (1.0, 0.5, 0.25, 0.0)]
    assert usual[:2] == [40, 40]
    # Most files of hip hop have an accident; half of the plans leave it in at 0.25.
    assert usual[3] < usual[2] < 40


def usual_players(model: GeneratorModel, typicality: float) -> int:
    """Count plans, of 40, whose band is one that the genre usually has."""
    requests = (GenerationRequest(Genre.HIPHOP, typicality=typicality) for _ in range(40))
    return sum(
        plan_of(request, model, seed).sheet.programs in model.bands[Genre.HIPHOP]
        for seed, request in enumerate(requests)
    )


def test_typical_pieces_are_drawn_more_often_the_higher_typicality_is() -> None:
    model = shipped_model()
    means = []
    for typicality in (0.0, 0.5, 1.0):
        shares = typical_shares(model, Genre.POP, typicality)
        assert shares.sum() == pytest.approx(1)
        means.append(float(shares @ model.typicality[Genre.POP]))
    assert means[0] == pytest.approx(1, abs=0.01)
    assert means[0] < means[1] < means[2]


def test_a_blues_with_twelve_bars_is_preferred_and_begins_with_them() -> None:
    model, roots = shipped_model(), [7, 5, 0, 0, 0, 0, 0, 0, 5, 5, 0, 0] * 6
    chorus = np.array([[write_chord(Chord(root, 2, root))] * 2 for root in roots], np.uint8)
    own = [
        replace(each, chords=chorus[: each.n_bars] if number % 2 else unknown_chords(each.n_bars))
        for number, each in enumerate(model.outlines[Genre.BLUES])
    ]
    known = replace(model, outlines={**model.outlines, Genre.BLUES: own})
    request = GenerationRequest(Genre.BLUES, 40, tempo=120)
    plans = [plan_of(request, known, seed=seed) for seed in range(12)]
    began = [chord_roots(plan.outline.chords)[:12, 0].tolist() for plan in plans]
    twelve_bars = [0, 0, 0, 0, 5, 5, 0, 0, 7, 5, 0, 0]
    # The outline says when chords change, the harmonist to which.
    assert np.mean(np.array(began) == twelve_bars) > 0.7
    without = [plan_of(request, replace(known, harmonist=None), seed=seed) for seed in range(4)]
    assert all(chord_roots(plan.outline.chords)[:12, 0].tolist() == twelve_bars for plan in without)


def test_the_plan_has_the_chord_that_leads_to_the_last_stroke() -> None:
    plan = plan_of(GenerationRequest(Genre.JAZZ, 20))
    assert read_chord(plan.outline.chords[-1, 1]) == Chord(7, list(QUALITIES).index("7"), 7)
    assert set(np.flatnonzero(plan.fit[-1] == 0).tolist()) == {7, 11, 2, 5}


def test_an_openings_chords_are_those_that_it_has(band: Band) -> None:
    model = shipped_model()
    plan = plan_of(GenerationRequest(Genre.COUNTRY, 30, opening=band.to_midi()))
    sheet, tokens = encode(band, model.shapes)
    heard = find_outline(tokens[: plan.n_opening], sheet, model.shapes)
    assert heard.chords.any()
    assert (plan.outline.chords[: heard.n_bars] == heard.chords).all()
