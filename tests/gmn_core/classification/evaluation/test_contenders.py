"""The contenders as they ship."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gmn_core.classification.evaluation import contenders
from gmn_core.classification.evaluation.contenders import (
    CnnContender,
    PretrainedCnnContender,
    all_contenders,
    known_tag_features,
    shipped_head_settings,
)
from gmn_core.classification.evaluation.inputs import ClipInputs
from gmn_core.classification.gtzan_cnn.fitting import CnnSettings
from gmn_core.classification.pretrained.fitting import HeadSettings
from gmn_core.classification.pretrained.model import Tagger
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.models.card import read_card
from tests.gmn_core.classification.synthetic import some_tracks, write_mels, write_taggrams


def test_there_are_four_with_the_settings_of_the_shipped_models() -> None:
    knn, cnn, pretrained_knn, pretrained = all_contenders()
    assert [each.name for each in (knn, cnn, pretrained_knn, pretrained)] == [
        "knn_descriptors",
        "cnn",
        "knn_pretrained",
        "cnn_pretrained",
    ]
    choices = read_card("cnn").choices
    settings = vars(CnnSettings())
    assert {name: choices[name] for name in settings} == settings
    assert shipped_head_settings().softness == read_card("cnn_pretrained").choices["softness"]


def test_a_network_is_trained_once_on_the_same_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tracks = some_tracks("train", 1)
    write_mels(tmp_path / "mel_24fps.npz", tracks)
    write_taggrams(tmp_path / "musicnn_msd_taggrams_train.npz", tracks)
    inputs = ClipInputs(StoredCorpus(tmp_path), "stored")
    trained: list[int] = []

    def train_network(mels: np.ndarray, *settings: object) -> object:
        trained.append(len(mels))
        return SimpleNamespace(predict_on_batch=lambda patches: np.full((len(patches), 10), 0.1))

    monkeypatch.setattr(contenders, "train_network", train_network)
    network = CnnContender(CnnSettings(), seed=0)
    both = PretrainedCnnContender(HeadSettings(), Tagger(lambda patches: []), network)
    network.fit(inputs, tracks)
    prediction = both.fit(inputs, tracks)(inputs, tracks[0])
    assert trained == [10]
    assert prediction is not None
    both.fit(inputs, tracks[:9])
    assert trained == [10, 9]


def test_a_clip_without_the_form_gets_no_answer(tmp_path: Path) -> None:
    first, second = some_tracks("test", 1)[:2]
    write_taggrams(tmp_path / "musicnn_msd_taggrams_test.npz", [first])
    inputs = ClipInputs(StoredCorpus(tmp_path), "stored")
    assert list(known_tag_features(inputs, [first, second])) == [first.name]
    for contender in all_contenders():
        predict = contender.shipped()
        assert predict(inputs, second) is None
        prediction = predict(inputs, first)
        if contender.reads == "tags":
            assert prediction is not None
            assert prediction.shares.sum() == pytest.approx(1)
        else:
            assert prediction is None
