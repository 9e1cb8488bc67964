"""Fitting the head."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from gmn_core.classification.pretrained.fitting import (
    TAG_MEANINGS,
    HeadSettings,
    fit_head,
    meaning_weights,
)
from gmn_core.classification.pretrained.tags import MSD_TAGS
from gmn_core.corpora.folds import artist_weights
from gmn_core.genres import Genre


@pytest.fixture(scope="module")
def clips() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Two hundred clips in ten clouds, by artists with few and with many clips."""
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 10
    features = rng.normal(size=(200, 50)) + rng.normal(size=(10, 50))[labels]
    return features, labels, [f"artist {place % 7}" for place in range(200)]


def test_without_a_prior_it_is_scikit_learns_weighted_regression(
    clips: tuple[np.ndarray, np.ndarray, list[str]],
) -> None:
    features, labels, groups = clips
    head = fit_head(features, labels, groups, HeadSettings(softness=0.05, meaning=0.0))
    standardised = (features - features.mean(axis=0)) / features.std(axis=0)
    reference = LogisticRegression(C=0.05, max_iter=2000, tol=1e-8)
    reference.fit(standardised, labels, sample_weight=artist_weights(labels, groups))
    np.testing.assert_allclose(head.shares(features), reference.predict_proba(standardised), atol=2e-3)


def test_the_prior_speaks_where_the_data_say_nothing(clips: tuple[np.ndarray, np.ndarray, list[str]]) -> None:
    _, labels, groups = clips
    silent = np.random.default_rng(1).normal(size=(200, 50)) * 1e-3
    head = fit_head(silent, labels, groups, HeadSettings(softness=1e-4, meaning=2.0))
    np.testing.assert_allclose(head.weights, 2 * meaning_weights(), atol=0.01)
    jazzy = head.mean + head.scale * (np.array(MSD_TAGS) == "jazz") * 3
    assert head.shares(jazzy).argmax() == Genre.JAZZ.position


def test_every_meaning_is_a_tag_and_weighs_one() -> None:
    assert len(MSD_TAGS) == len(set(MSD_TAGS)) == 50
    weights = meaning_weights()
    for genre, tags in TAG_MEANINGS.items():
        assert set(tags) <= set(MSD_TAGS)
        assert weights[:, genre.position].sum() == pytest.approx(1)
    assert weights.sum() == pytest.approx(len(TAG_MEANINGS))
