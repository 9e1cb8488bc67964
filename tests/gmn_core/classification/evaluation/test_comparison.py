"""The evaluation of models trained anew, on clips that the test makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.descriptor_knn.model import KnnSettings
from gmn_core.classification.evaluation.comparison import (
    answers_in_folds,
    answers_on_valid,
    calibrated_across,
    cross_validated_answers,
    joined,
    report,
)
from gmn_core.classification.evaluation.contenders import (
    CnnContender,
    DescriptorKnnContender,
    PretrainedCnnContender,
    PretrainedKnnContender,
)
from gmn_core.classification.evaluation.inputs import ClipInputs
from gmn_core.classification.gtzan_cnn.fitting import CnnSettings
from gmn_core.classification.pretrained.fitting import HeadSettings
from gmn_core.classification.pretrained.model import Tagger
from gmn_core.corpora.gtzan import Track, load_tracks
from gmn_core.corpora.stored import StoredCorpus
from tests.gmn_core.classification.synthetic import (
    some_tracks,
    write_descriptors,
    write_mels,
    write_taggrams,
)

KNN = KnnSettings(3, "euclidean", "uniform")


def mute(patches: np.ndarray) -> list[np.ndarray]:
    raise AssertionError("no audio is here to be tagged")


# The made-up tags mean nothing, so the head must not be pulled towards their meaning.
HEAD = PretrainedCnnContender(HeadSettings(softness=0.1, meaning=0.0), Tagger(mute))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> StoredCorpus:
    """Sixty clips; tags of all, descriptors of all but five, spectrograms of the first of each genre."""
    folder = tmp_path_factory.mktemp("gtzan")
    tracks = some_tracks("train", 4) + some_tracks("valid", 2)
    write_taggrams(folder / "musicnn_msd_taggrams_all.npz", tracks)
    write_descriptors(folder / "features_30_sec.csv", tracks[:-5])
    write_mels(folder / "mel_24fps.npz", tracks)
    return StoredCorpus(folder)


@pytest.mark.parametrize(
    "contender",
    [
        DescriptorKnnContender(KNN),
        PretrainedKnnContender(KNN, Tagger(mute)),
        HEAD,
        CnnContender(CnnSettings(epochs=1, batch_size=20), seed=0),
    ],
    ids=lambda contender: contender.name,
)
def test_each_learns_from_train_and_is_asked_for_valid(contender: object, corpus: StoredCorpus) -> None:
    inputs = ClipInputs(corpus, "stored")
    answers = answers_on_valid(contender, inputs, corpus.tracks)  # type: ignore[arg-type]
    valid = {track.name for track in corpus.tracks if track.split == "valid"}
    known = valid & set(corpus.descriptors) if answers.model == "knn_descriptors" else valid
    assert set(answers.tracks) == known
    assert (answers.n_asked, answers.sources) == (20, {"stored": len(known)})
    figures = report([answers])["models"][answers.model]
    assert figures["n_clips"] == len(known)
    if answers.model != "cnn":  # which needs more than an epoch
        assert figures["accuracy"]["value"] > 0.9


def test_each_clip_is_asked_once_in_folds_by_a_model_that_has_not_heard_it(corpus: StoredCorpus) -> None:
    heard: list[set[str]] = []

    class Spying:
        name, reads, is_calibrated = "knn_descriptors", "descriptors", False

        def fit(self, inputs: ClipInputs, tracks: list[Track]):  # type: ignore[no-untyped-def]
            heard.append({track.name for track in tracks})
            return DescriptorKnnContender(KNN).fit(inputs, tracks)

    parts = answers_in_folds(Spying(), ClipInputs(corpus, "stored"), corpus.tracks, "artist", 3, 0)  # type: ignore[arg-type]
    assert len(parts) == len(heard) == 3
    for part, known in zip(parts, heard, strict=True):
        assert not set(part.tracks) & known
        groups = {track.name: track.fold_group for track in load_tracks()}
        assert not {groups[name] for name in part.tracks} & {groups[name] for name in known}
    assert sorted(joined(parts).tracks) == sorted(corpus.descriptors)


def test_knowing_the_artists_shows_as_a_difference_between_folds(tmp_path: Path) -> None:
    """Tags that tell the artist and nothing of the genre: right at random, wrong by artist."""
    tracks = [track for track in load_tracks() if track.split == "train" and track.artist_group]
    rng = np.random.default_rng(0)
    of_artist = {group: rng.uniform(0, 1, 50) for group in {track.artist_group for track in tracks}}
    tags = np.stack([of_artist[track.artist_group] for track in tracks]).astype(np.float32)
    np.savez(tmp_path / "musicnn_msd_taggrams_x.npz", X=tags, IDS=np.array([f"{t.name}.au" for t in tracks]))
    corpus = StoredCorpus(tmp_path)
    contender = PretrainedKnnContender(KnnSettings(1, "euclidean", "uniform"), Tagger(mute))
    accuracies = {
        kind: report(
            [cross_validated_answers(contender, ClipInputs(corpus, "stored"), corpus.tracks, kind, 5, ())]
        )["models"]["knn_pretrained"]["accuracy"]["value"]
        for kind in ("artist", "random")
    }
    assert accuracies["random"] > 0.7
    assert accuracies["artist"] < 0.3


def test_a_fold_is_calibrated_by_the_other_folds_alone(corpus: StoredCorpus) -> None:
    parts = answers_in_folds(HEAD, ClipInputs(corpus, "stored"), corpus.tracks, "artist", 3, 0)
    calibrated = calibrated_across(parts)
    spoilt = [*parts[:2], type(parts[2])(**{**vars(parts[2]), "shares": np.full_like(parts[2].shares, 0.1)})]
    assert calibrated_across(spoilt)[2].temperatures == calibrated[2].temperatures
    assert calibrated_across(spoilt)[0].temperatures != calibrated[0].temperatures


def test_two_models_are_compared_on_the_clips_of_both(corpus: StoredCorpus) -> None:
    inputs = ClipInputs(corpus, "stored")
    answers = [answers_on_valid(each, inputs, corpus.tracks) for each in (DescriptorKnnContender(KNN), HEAD)]
    [pair] = report(answers)["comparisons"]
    assert pair["n_clips"] == len(answers[0].tracks) < len(answers[1].tracks)
    assert 0 <= pair["p_value"] <= 1
