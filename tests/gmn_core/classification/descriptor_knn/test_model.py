"""k nearest neighbours, against scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.descriptor_knn.model import (
    DescriptorKnn,
    KnnSettings,
    NearestNeighbours,
    genre_positions,
    sklearn_pipeline,
)
from gmn_core.genres import GENRES, Genre

SETTINGS = [
    KnnSettings(1, "euclidean", "uniform"),
    KnnSettings(5, "manhattan", "distance"),
    KnnSettings(7, "euclidean", "distance"),
    KnnSettings(9, "manhattan", "uniform"),
]


@pytest.fixture(scope="module")
def clips() -> tuple[np.ndarray, list[str]]:
    """Two hundred points around ten centres, in very different units."""
    rng = np.random.default_rng(0)
    tracks = [f"{GENRES[i % 10]}.{i:05d}" for i in range(200)]
    centres = rng.normal(0, 1.5, (10, 6))
    features = centres[genre_positions(tracks)] + rng.normal(0, 1, (200, 6))
    return features * [1, 1e3, 1e-3, 5, 50, 1] + [0, 1e4, 0, -3, 0, 7], tracks


@pytest.mark.parametrize("settings", SETTINGS)
def test_shares_are_those_of_scikit_learn(clips: tuple[np.ndarray, list[str]], settings: KnnSettings) -> None:
    features, tracks = clips
    model = NearestNeighbours.fit(features[:150], tracks[:150], settings)
    reference = sklearn_pipeline(settings).fit(features[:150], genre_positions(tracks[:150]))
    ours = np.stack([model.classify(row).shares for row in features[100:]])
    np.testing.assert_allclose(ours, reference.predict_proba(features[100:]), atol=1e-9)


def test_voters_come_nearest_first(clips: tuple[np.ndarray, list[str]]) -> None:
    features, tracks = clips
    prediction = NearestNeighbours.fit(features, tracks, SETTINGS[3]).classify(features[17])
    distances = [voter.distance for voter in prediction.neighbours]
    assert len(distances) == 9
    assert distances == sorted(distances)
    assert prediction.neighbours[0].track == tracks[17]
    assert distances[0] == pytest.approx(0, abs=1e-9)


def test_a_saved_model_answers_the_same(clips: tuple[np.ndarray, list[str]], tmp_path: Path) -> None:
    features, tracks = clips
    model = NearestNeighbours.fit(features, tracks, SETTINGS[1])
    model.save(tmp_path / "model.npz")
    loaded = NearestNeighbours.load(tmp_path / "model.npz")
    assert loaded.settings == model.settings
    point = features[3] * 1.01
    np.testing.assert_allclose(loaded.classify(point).shares, model.classify(point).shares, atol=1e-4)


@pytest.fixture(scope="module")
def shipped() -> DescriptorKnn:
    return DescriptorKnn.shipped()


def test_the_shipped_model_knows_no_test_or_excluded_clip(shipped: DescriptorKnn) -> None:
    from gmn_core.corpora.gtzan import load_tracks

    usable = {track.name for track in load_tracks() if track.split in ("train", "valid")}
    assert set(shipped.model.tracks) == usable


def noise(seconds: float) -> Clip:
    return Clip(
        np.random.default_rng(0).uniform(-0.5, 0.5, round(seconds * 22_050)).astype(np.float32), 22_050
    )


@pytest.mark.parametrize(("seconds", "n_excerpts"), [(1.5, 1), (30, 1), (40, 1), (70, 2)])
def test_long_clips_are_judged_excerpt_by_excerpt(
    shipped: DescriptorKnn, seconds: float, n_excerpts: int
) -> None:
    prediction = shipped.classify(noise(seconds))
    assert prediction.patch_shares is not None
    assert prediction.patch_starts is not None
    assert prediction.patch_shares.shape == (n_excerpts, 10)
    assert list(prediction.patch_starts) == [30.0 * place for place in range(n_excerpts)]
    np.testing.assert_allclose(prediction.shares, prediction.patch_shares.mean(axis=0))
    assert prediction.shares.sum() == pytest.approx(1)
    names = [voter.track for voter in prediction.neighbours]
    assert len(names) == len(set(names))


@pytest.mark.corpus
def test_a_reference_clip_finds_itself(shipped: DescriptorKnn, corpus_dir: Path) -> None:
    from gmn_core.audio.decode import decode_file

    clip = decode_file(corpus_dir / "gtzan" / "parity" / "classical.00000.flac").clip
    prediction = shipped.classify(clip)
    assert prediction.genre == Genre.CLASSICAL
    assert prediction.neighbours[0].track == "classical.00000"
    assert prediction.neighbours[0].distance < 0.5
