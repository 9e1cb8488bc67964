"""The shipped classifiers together."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.shipped import shipped_classifiers
from gmn_core.figures.classification import MODEL_COLOURS, MODEL_NAMES
from gmn_core.models.card import file_sha256, model_dir, read_card


def test_each_has_a_name_for_people_and_answers() -> None:
    clip = Clip(np.random.default_rng(0).uniform(-0.5, 0.5, 3 * 22_050).astype(np.float32), 22_050)
    classifiers = shipped_classifiers()
    assert [classifier.name for classifier in classifiers] == ["knn_descriptors", "cnn", "cnn_pretrained"]
    for classifier in classifiers:
        assert classifier.name in MODEL_NAMES
        assert classifier.classify(clip).shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_each_card_knows_its_weights(name: str) -> None:
    card = read_card(name)
    assert card.name == name
    assert name in MODEL_COLOURS
    assert card.weights
    for file, digest in card.weights.items():
        assert file_sha256(model_dir(name) / file) == digest


def test_the_borrowed_weights_carry_their_notice() -> None:
    notice = (model_dir("cnn_pretrained") / "NOTICE").read_text(encoding="utf-8")
    assert "Music Technology Group, Universitat Pompeu Fabra" in notice
    assert "Permission to use, copy, modify, and/or distribute this software" in notice
