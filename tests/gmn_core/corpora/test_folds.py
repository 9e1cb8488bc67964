"""Folds, and that nothing leaks across those by artist."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.descriptor_knn.model import genre_positions
from gmn_core.corpora.folds import artist_weights, find_repetitions, group_names, make_folds
from gmn_core.corpora.gtzan import load_tracks
from gmn_core.corpora.stored import StoredCorpus

LEARNABLE = [track for track in load_tracks() if track.split in ("train", "valid")]
LABELS = genre_positions([track.name for track in LEARNABLE])


@pytest.mark.parametrize("n_folds", [5, 10])
def test_folds_by_artist_keep_each_artist_on_one_side(n_folds: int) -> None:
    groups = np.array(group_names(LEARNABLE))
    folds = make_folds(groups.tolist(), LABELS, "artist", n_folds, seed=0)
    for fold in folds:
        assert not set(groups[fold.train]) & set(groups[fold.test])
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(len(LEARNABLE)))


def test_random_folds_do_not_and_are_stratified() -> None:
    groups = np.array(group_names(LEARNABLE))
    for fold in make_folds(groups.tolist(), LABELS, "random", 10, seed=0):
        assert len(set(groups[fold.train]) & set(groups[fold.test])) > 10
        counts = np.bincount(LABELS[fold.test], minlength=10)
        assert counts.max() - counts.min() <= 2


def test_a_repetition_joins_two_artists_and_all_their_clips() -> None:
    tracks = [track for track in LEARNABLE if track.artist_group][:200]
    first, second = tracks[0], next(each for each in tracks if each.artist_group != tracks[0].artist_group)
    names = group_names(tracks, [(first.name, second.name), ("absent.00001", first.name)])
    joined = {track.artist_group for track, name in zip(tracks, names, strict=True) if name == names[0]}
    assert joined == {first.artist_group, second.artist_group}


def test_the_same_recording_is_found_and_others_are_not() -> None:
    rng = np.random.default_rng(0)
    shape = np.linspace(200, 20, 128)[:, None]  # the tilt that all music shares
    mels = {
        f"clip {n}": np.clip(shape + 60 * rng.normal(size=(128, 90)).repeat(8, axis=1), 0, 255).astype(
            np.uint8
        )
        for n in range(6)
    }
    again = np.clip(mels["clip 2"] * 0.9 + rng.normal(0, 8, (128, 720)), 0, 255).astype(np.uint8)
    assert find_repetitions({**mels, "again": again}) == [("clip 2", "again")]
    assert find_repetitions({}) == []


def test_artists_weigh_alike_and_so_do_genres() -> None:
    labels = np.array([0, 0, 0, 0, 3, 3])
    groups = ["many", "many", "many", "one", "x", "y"]
    weights = artist_weights(labels, groups)
    assert weights.mean() == pytest.approx(1)
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights[:4].sum() == pytest.approx(weights[4:].sum())
    half = artist_weights(labels, groups, balance=0.5)
    assert half[3] / half[0] == pytest.approx(np.sqrt(3))
    assert artist_weights(labels, groups, balance=0)[:4] == pytest.approx(np.full(4, 0.75))


@pytest.mark.corpus
def test_no_repetition_is_on_two_sides_of_real_folds(corpus_dir: Path) -> None:
    mels = StoredCorpus(corpus_dir / "gtzan").mels
    pairs = find_repetitions(mels)
    assert ("metal.00040", "metal.00061") in pairs
    assert len(pairs) >= 20
    groups = group_names(LEARNABLE, pairs)
    places = {track.name: place for place, track in enumerate(LEARNABLE)}
    within = [
        (places[first], places[second]) for first, second in pairs if first in places and second in places
    ]
    for fold in make_folds(groups, LABELS, "artist", 10, seed=0):
        train = set(fold.train.tolist())
        assert all((first in train) == (second in train) for first, second in within)
    split = {track.name: track.split for track in load_tracks()}
    assert all({split[first], split[second]} != {"train", "valid"} for first, second in pairs)
