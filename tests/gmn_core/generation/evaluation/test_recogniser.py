"""The recogniser in the band's representation: what it is shown of a piece, and what it learns from that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.evaluation.recogniser import Features, band_features, train_band_recogniser
from gmn_core.generation.music.band import PITCHED_ROLES, TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.tokens.encoding import FIRST_PITCH, HOLD, N_SLOTS, REST, Shapes, encode, role_slots
from gmn_core.genres import GENRES, Genre
from tests.gmn_core.generation.conftest import make_band

SHAPES = Shapes(((), (4, 7), (7,)))
TEMPO, GRID, METRE, MODE = range(4)
# Instrument families and none; rest, hold, strike; place in the bar; mean and spread of the pitches; pitch
# classes; melodic steps; chord shapes; levels.
PER_ROLE = 17 + 3 + 8 + 2 + 12 + 11 + 25 + 3 + 4


def features_of(band: Band) -> Features:
    return band_features(*encode(band, SHAPES))


def first_of(role: Role, features: Features) -> int:
    """Return where the features of a pitched role begin: those of all come last."""
    return len(features) - PER_ROLE * (len(PITCHED_ROLES) - PITCHED_ROLES.index(role))


def without(band: Band, *roles: Role) -> Band:
    return replace(
        band,
        notes={role: own for role, own in band.notes.items() if role not in roles},
        programs={role: own for role, own in band.programs.items() if role not in roles},
    )


def test_every_piece_has_as_many_finite_features(band: Band) -> None:
    waltz = replace(band, beats_per_bar=3, notes={Role.LEAD: band.notes[Role.LEAD]}, programs={Role.LEAD: 65})
    bands = [band, waltz, *(without(band, role) for role in band.notes)]
    found = [features_of(own) for own in bands]
    assert {own.shape for own in found} == {found[0].shape}
    assert all(np.isfinite(own).all() for own in found)
    assert found[0].dtype == np.float64
    sheet, tokens = encode(band, SHAPES)
    assert band_features(sheet, tokens[:16]).shape == found[0].shape


def test_features_do_not_depend_on_the_key(band: Band) -> None:
    low, high = (features_of(make_band(tonic=tonic, seed=4)) for tonic in (1, 5))
    assert low == pytest.approx(high)
    other_tune = features_of(make_band(tonic=1, seed=5))
    assert not np.allclose(low, other_tune)


@pytest.mark.parametrize(
    ("change", "feature", "expected"),
    [
        ({"tempo": 180.0}, TEMPO, np.log(180)),
        ({"steps_per_beat": 6}, GRID, 6),
        ({"beats_per_bar": 3}, METRE, 3),
        ({"minor": True}, MODE, 1),
    ],
)
def test_tempo_grid_metre_and_mode_are_shown(
    band: Band, change: dict[str, float], feature: int, expected: float
) -> None:
    plain, changed = features_of(band), features_of(replace(band, **change))
    assert changed[feature] == pytest.approx(expected)
    assert plain[feature] != changed[feature]
    others = {TEMPO, GRID, METRE, MODE} - {feature}
    assert all(plain[other] == changed[other] for other in others)


def test_a_role_that_does_not_play_is_shown_as_absent(band: Band) -> None:
    full, reduced = features_of(band), features_of(without(band, Role.LEAD))
    differ = np.flatnonzero(full != reduced)
    assert len(differ)
    # All that changes lies in the lead's own part.
    first = first_of(Role.LEAD, full)
    assert first <= differ.min() <= differ.max() < first + PER_ROLE
    own = reduced[first : first + PER_ROLE]
    assert own[:17].tolist() == [0] * 16 + [1]
    assert own[17:20].tolist() == [1, 0, 0]
    assert not own[20:].any()
    assert full[first + 65 // 8] == 1
    assert full[first + 16] == 0


def test_actions_are_shown_as_shares_of_the_steps(band: Band) -> None:
    sheet, tokens = encode(band, SHAPES)
    action = tokens[:, role_slots(Role.BASS)[0]]
    features = band_features(sheet, tokens)
    first = first_of(Role.BASS, features)
    own = features[first + 17 : first + 20]
    expected = [np.mean(action == REST), np.mean(action == HOLD), np.mean(action >= FIRST_PITCH)]
    assert own == pytest.approx(expected)
    assert own.sum() == pytest.approx(1)
    assert own[2] == pytest.approx(1 / 4)


def test_the_place_of_a_beat_in_the_bar_is_shown(band: Band) -> None:
    def drummer(beats: tuple[int, ...]) -> Band:
        hits = [Note((bar * 4 + beat) * TICKS_PER_BEAT, 38, 60, 90) for bar in range(8) for beat in beats]
        return replace(band, notes={Role.DRUMS: tuple(hits)}, programs={Role.DRUMS: 0})

    down, up = features_of(drummer((0, 2))), features_of(drummer((1, 3)))
    differ = np.flatnonzero(down != up)
    assert len(differ) == 4
    assert down[differ].tolist() == [0.5, 0, 0.5, 0]
    assert up[differ].tolist() == [0, 0.5, 0, 0.5]


def test_silence_has_features(band: Band) -> None:
    sheet, tokens = encode(band, SHAPES)
    silent = band_features(sheet, np.zeros((64, N_SLOTS), tokens.dtype))
    assert np.isfinite(silent).all()


def without_thirds(band: Band) -> Band:
    chords = [note for place, note in enumerate(band.notes[Role.CHORDS]) if place % 3 != 1]
    return replace(band, notes={**band.notes, Role.CHORDS: tuple(chords)})


def some_excerpts(seeds: range) -> tuple[Features, list[Genre]]:
    """Return excerpts of two made-up genres: one plays full chords, the other leaves out the third."""
    features, genres = [], []
    for seed in seeds:
        full = make_band(n_bars=8, tonic=seed % 5, seed=seed)
        for genre, band in ((Genre.JAZZ, full), (Genre.METAL, without_thirds(full))):
            features.append(features_of(band))
            genres.append(genre)
    return np.array(features), genres


def test_two_genres_are_told_apart_in_pieces_it_does_not_know() -> None:
    forest = train_band_recogniser(*some_excerpts(range(8)))
    unknown, genres = some_excerpts(range(20, 26))
    assert [GENRES[answer] for answer in forest.predict(unknown)] == genres


def test_the_recogniser_is_seeded() -> None:
    features, genres = some_excerpts(range(6))
    noisy = features + np.random.default_rng(0).normal(0, 1, features.shape)
    one, again, other = (
        train_band_recogniser(noisy, genres, seed).predict_proba(noisy) for seed in (0, 0, 1)
    )
    assert (one == again).all()
    assert (one != other).any()


def test_genres_count_evenly_however_many_excerpts_they_have() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(0, 1, (60, 5))
    genres = [Genre.JAZZ] * 54 + [Genre.METAL] * 6
    forest = train_band_recogniser(features, genres)
    shares = forest.predict_proba(rng.normal(0, 1, (200, 5)))[:, 1]
    assert 0.25 < shares.mean() < 0.75
