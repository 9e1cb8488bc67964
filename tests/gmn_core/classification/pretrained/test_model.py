"""The pretrained network and what stands on it, as they ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.pretrained.model import (
    MAX_PATCHES,
    Blend,
    GenreHead,
    PretrainedCnn,
    PretrainedKnn,
    Tagger,
    tag_features,
)
from gmn_core.classification.pretrained.training import PUBLISHED_HOP
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.features.spectrogram import thinned_mel


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.shipped()


def noise(seconds: float) -> Clip:
    samples = np.random.default_rng(0).uniform(-0.3, 0.3, round(seconds * 16_000))
    return Clip(samples.astype(np.float32), 16_000)


def test_a_taggram_has_a_patch_every_two_seconds(tagger: Tagger) -> None:
    taggram, starts = tagger(noise(9.0))
    assert taggram.shape == (4, 50)
    assert starts == pytest.approx([0, 1.952, 3.904, 5.856])
    assert (taggram >= 0).all()
    assert (taggram <= 1).all()


def test_a_clip_shorter_than_a_patch_has_one(tagger: Tagger) -> None:
    assert tagger(noise(1.0))[0].shape == (1, 50)


def test_a_long_clip_is_heard_at_wider_intervals() -> None:
    heard = []

    def network(patches: np.ndarray) -> list[np.ndarray]:
        heard.append(len(patches))
        return [np.zeros((len(patches), 50), dtype=np.float32)]

    _, starts = Tagger(network)(noise(300.0))
    assert MAX_PATCHES - 5 <= heard[0] <= MAX_PATCHES + 1
    assert starts[-1] > 280


def test_features_are_roots_of_mean_tags() -> None:
    taggram = np.zeros((4, 50), dtype=np.float32)
    taggram[:, 7] = [0.0, 0.2, 0.4, 0.04]
    assert tag_features(taggram)[7] == pytest.approx(0.4)


def test_a_head_is_a_softmax_and_survives_a_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    head = GenreHead(rng.normal(size=50), np.full(50, 2.0), rng.normal(size=(50, 10)), rng.normal(size=10))
    features = rng.normal(size=(3, 50))
    scores = ((features - head.mean) / 2) @ head.weights + head.bias
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(head.shares(features), expected)
    head.save(tmp_path / "head.npz")
    np.testing.assert_array_equal(
        GenreHead.load(tmp_path / "head.npz").shares(features), head.shares(features)
    )


def test_both_classifiers_share_one_tagger_and_agree_on_its_tags(tagger: Tagger) -> None:
    cnn, knn = PretrainedCnn.shipped(tagger), PretrainedKnn.shipped(tagger)
    assert cnn.tagger is knn.tagger
    taggram, mel = tagger(noise(6.0))[0], thinned_mel(noise(6.0))
    np.testing.assert_allclose(
        cnn.classify(noise(6.0)).shares, cnn.classify_forms(taggram, mel).shares, atol=1e-6
    )
    np.testing.assert_allclose(knn.classify(noise(6.0)).shares, knn.classify_tags(taggram).shares, atol=1e-6)
    prediction = cnn.classify_forms(taggram, mel)
    assert prediction.shares.sum() == pytest.approx(1)
    assert prediction.patch_starts is not None
    assert prediction.patch_starts.tolist() == [0, 1]
    assert len(knn.classify_tags(taggram).neighbours) == knn.model.settings.k


def test_two_opinions_are_multiplied_and_the_temperature_softens_them() -> None:
    of_tags, of_cnn = np.full(10, 0.05), np.full(10, 0.02)
    of_tags[2], of_cnn[4] = 0.55, 0.82
    expected = of_tags * of_cnn**0.5
    np.testing.assert_allclose(Blend(0.5, 1.0).shares(of_tags, of_cnn), expected / expected.sum())
    soft = (of_tags * of_cnn**0.5) ** (1 / 2)
    np.testing.assert_allclose(Blend(0.5, 2.0).shares(of_tags, of_cnn), soft / soft.sum())
    alone = of_tags ** (1 / 3)
    np.testing.assert_allclose(Blend(0.5, 2.0, 3.0).shares(of_tags), alone / alone.sum())


def test_a_blend_survives_a_file(tmp_path: Path) -> None:
    Blend(0.2, 0.8, 0.7).save(tmp_path / "blend.json")
    assert Blend.load(tmp_path / "blend.json") == Blend(0.2, 0.8, 0.7)


def test_a_second_opinion_moves_the_verdict_and_each_patch_hears_its_own_moment() -> None:
    head = GenreHead(np.zeros(50), np.ones(50), np.zeros((50, 10)), np.zeros(10))  # has no opinion

    def changes_its_mind(patches: np.ndarray) -> list[np.ndarray]:
        shares = np.full((len(patches), 10), 0.01, dtype=np.float32)
        shares[:-1, 3] = shares[-1, 7] = 0.91
        return [shares]

    model = PretrainedCnn(Tagger(lambda patches: [patches[:, 0, :50]]), head, GenreCnn(changes_its_mind, 1.0))
    taggram = np.full((30, 50), 0.1, dtype=np.float32)
    prediction = model.classify_forms(taggram, np.full((721, 128), 0.5, dtype=np.float32))
    assert prediction.genre.position == 3
    assert prediction.patch_shares is not None
    verdicts = prediction.patch_shares.argmax(axis=1)
    assert verdicts[0] == 3
    assert verdicts[-1] == 7
    without = model.classify_forms(taggram, None)
    assert without.shares == pytest.approx(np.full(10, 0.1)), "no spectrogram, no second opinion"


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["jazz.00001", "hiphop.00002"])
def test_the_whole_front_end_repeats_published_tags(tagger: Tagger, corpus_dir: Path, name: str) -> None:
    folder = corpus_dir / "gtzan"
    ours, _ = tagger(decode_file(folder / "parity" / f"{name}.flac").clip, PUBLISHED_HOP)
    published = StoredCorpus(folder).taggrams[name]
    assert ours.shape == published.shape
    # What remains is the resampler's: the published tags were made with another.
    assert np.abs(ours - published).mean() < 0.003
    assert np.abs(ours - published).max() < 0.06
    assert np.corrcoef(ours.ravel(), published.ravel())[0, 1] > 0.999


@pytest.mark.corpus
def test_fewer_patches_say_nearly_the_same(tagger: Tagger, corpus_dir: Path) -> None:
    folder = corpus_dir / "gtzan"
    cnn = PretrainedCnn.shipped(tagger)
    published = StoredCorpus(folder).taggrams["reggae.00001"]
    mel = (StoredCorpus(folder).mels["reggae.00001"].T / np.float32(255)).astype(np.float32)
    from_table = cnn.classify_forms(published, mel)
    from_audio = cnn.classify(decode_file(folder / "parity" / "reggae.00001.flac").clip)
    assert from_audio.genre == from_table.genre
    np.testing.assert_allclose(from_audio.shares, from_table.shares, atol=0.15)
