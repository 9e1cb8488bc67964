"""The contenders as they ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.classification.cnn_training import CnnSettings
from gmn_core.classification.contenders import all_contenders, known_tag_features, shipped_head_settings
from gmn_core.classification.inputs import ClipInputs
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.models.card import read_card
from tests.gmn_core.classification.synthetic import some_tracks, write_taggrams


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
