from dataclasses import asdict

import numpy as np
import pytest

from gmn_core.generation.evaluation.production import (
    INGREDIENTS,
    RenderedPiece,
    Rendering,
    render,
    report,
    systems,
    without,
)
from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.sound.measures import Dynamics
from gmn_core.generation.sound.profile import PLAIN, shipped_profile
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.generation.sound.targets import Heard, SoundAnalyser, Target
from gmn_core.genres import GENRES, Genre

BY_HAND = {"chug", "height", "size", "speech", "rough", "breath"}  # without effect where their layer is off


def piece(genre: Genre) -> RenderedPiece:
    notes = {Role.LEAD: tuple(Note(place * 480, 60 + place, 480, 90) for place in range(8))}
    return RenderedPiece(genre, Band(120, 4, 4, 0, False, {Role.LEAD: 0}, notes, 8 * 480))


def rendering(genre: Genre, seed: int, right: bool = True) -> Rendering:
    """A rendering whose tags tell its genre."""
    rng = np.random.default_rng(seed)
    tags = rng.normal(0, 0.1, 50)
    tags[genre.position] += 1
    shares = np.full(10, 0.01)
    shares[genre.position if right else (genre.position + 1) % 10] += 0.9
    return Rendering(
        genre, Heard(tags, rng.normal(size=80)), {"judge": shares}, Dynamics(12, 4, -9, 0.5), 1.5
    )


def test_the_ingredients_together_are_the_whole_profile() -> None:
    named = [name for names in INGREDIENTS.values() for name in names]
    assert len(named) == len(set(named))
    assert {*named, *BY_HAND} == set(asdict(PLAIN))


def test_an_ingredient_is_taken_out_alone() -> None:
    full, bare = asdict(shipped_profile(Genre.METAL)), asdict(without(shipped_profile(Genre.METAL), "voice"))
    assert {name for name in full if full[name] != bare[name]} == {"voice"}


def test_ways_of_rendering() -> None:
    assert list(systems(ablation=False)) == ["plain", "produced"]
    ways = systems(ablation=True)
    assert len(ways) == 2 + len(INGREDIENTS)
    assert ways["plain"](Genre.ROCK) == PLAIN
    assert ways["without room"](Genre.ROCK).room == PLAIN.room != shipped_profile(Genre.ROCK).room


def test_renderings_are_heard_and_timed() -> None:
    (made,) = render([piece(Genre.JAZZ)], lambda genre: PLAIN, bundled_soundfont(), 4.0, SoundAnalyser())
    assert made.genre is Genre.JAZZ
    assert made.heard.tags.shape == (50,)
    assert made.dynamics.crest > 3
    assert made.seconds > 0


def test_the_report_counts_and_knows_renderings() -> None:
    spread = (np.zeros(50), np.ones(50)), (np.zeros(80), np.ones(80))
    targets = {genre: Target(*spread) for genre in GENRES}
    records = {genre: [Dynamics(14, 4 + spread, -9, 0.5) for spread in (-2, 0, 2)] for genre in GENRES}
    training = [rendering(genre, seed) for seed in range(4) for genre in GENRES]
    produced = [rendering(genre, 100 + seed) for seed in range(2) for genre in GENRES]
    plain = [rendering(genre, 200, right=genre is Genre.ROCK) for genre in GENRES]
    found = report({"samples": {"plain": plain, "produced": produced}}, training, targets, records)
    judged = {way: found["samples"][way]["recognition"] for way in ("plain", "produced")}
    assert judged["produced"]["judge"]["accuracy"]["value"] == 1
    assert judged["plain"]["judge"]["accuracy"]["value"] == pytest.approx(0.1)
    low, high = (judged["plain"]["judge"]["accuracy"][end] for end in ("low", "high"))
    assert low < 0.1 < high
    assert judged["produced"]["recogniser of renderings"]["accuracy"]["value"] > 0.9
    assert np.sum(judged["plain"]["judge"]["confusion"]) == len(GENRES)
    assert found["samples"]["plain"]["processor_seconds"] == 1.5
    assert found["samples"]["plain"]["distance"]["tags"] > 0
    assert found["records"]["rock"]["crest"] == 14
    assert found["samples"]["plain"]["dynamics"]["rock"]["crest"] == 12
    assert found["samples"]["plain"]["distance of dynamics"]["loudness_range"] == 0
