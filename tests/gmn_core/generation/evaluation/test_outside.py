"""The recogniser that reads files as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gmn_core.generation.evaluation.outside import (
    excerpt_features,
    feature_groups,
    file_features,
    train_recogniser,
)
from gmn_core.generation.music.band import Band
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.tokens.roundtrip import round_trip
from gmn_core.genres import GENRES, Genre


def test_genres_that_differ_are_told_apart_before_and_after_the_round_trip(midi_corpus: Path) -> None:
    files = sorted(midi_corpus.rglob("*.mid"))
    genres = [Genre(path.parent.name) for path in files]
    raw = np.array([file_features(path.read_bytes()) for path in files])
    forest = train_recogniser(raw[::2], genres[::2])
    expected = [GENRES.index(genre) for genre in genres[1::2]]
    assert forest.predict(raw[1::2]).tolist() == expected
    shapes = shipped_model().shapes
    after = np.array([file_features(round_trip(path.read_bytes(), shapes)) for path in files[1::2]])
    assert forest.predict(after).tolist() == expected


def test_features_are_finite_shares(band: Band) -> None:
    features = file_features(band.to_midi())
    assert np.isfinite(features).all()
    assert features[:128].sum() == 1
    assert features[[0, 33, 65]].min() > 0


def test_groups_of_features_are_all_features_and_each_has_its_own(band: Band) -> None:
    groups = feature_groups(band.to_midi())
    assert sum(len(own) for own in groups.values()) == len(file_features(band.to_midi()))
    softer = {
        role: tuple(replace(note, velocity=note.velocity // 2) for note in own)
        for role, own in band.notes.items()
    }
    changed = feature_groups(replace(band, notes=softer).to_midi())
    assert [name for name in groups if not np.allclose(groups[name], changed[name])] == ["velocities"]


def test_excerpts_are_spread_over_a_file_and_described_like_files(band: Band) -> None:
    data = band.to_midi()
    whole = file_features(data)
    (all_of_it,) = excerpt_features(data, 1000, 3)
    np.testing.assert_allclose(all_of_it, whole)
    excerpts = excerpt_features(data, 4, 3)
    assert len(excerpts) == 3
    for each in excerpts:
        assert each.shape == whole.shape
        assert np.isfinite(each).all()
