"""The shipped classifiers together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import gmn_core.models.card as card_module
from gmn_core.audio.clip import Clip
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.names import MODEL_NAMES
from gmn_core.classification.shipped import shipped_classifiers, usable_classifiers
from gmn_core.figures.classification import MODEL_COLOURS
from gmn_core.models.card import MODELS_DIR, ModelError, file_sha256, intact_model_dir, model_dir, read_card


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


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the shipped models that may be damaged."""
    shutil.copytree(MODELS_DIR, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(card_module, "MODELS_DIR", tmp_path)
    caches = intact_model_dir, vars(GenreCnn)["shipped"].__func__
    for cache in caches:
        cache.cache_clear()
    yield tmp_path
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize(
    ("file", "left"),
    [
        ("knn_descriptors/model.npz", ["cnn", "cnn_pretrained"]),
        ("cnn_pretrained/head.npz", ["knn_descriptors", "cnn"]),
        ("cnn/network.onnx", ["knn_descriptors"]),
    ],
)
def test_a_damaged_classifier_leaves_those_that_do_not_need_it(
    models: Path, file: str, left: list[str]
) -> None:
    (models / file).write_bytes(b"damaged")
    usable, problems = usable_classifiers()
    assert [classifier.name for classifier in usable] == left
    assert problems == (
        f"The model {Path(file).parent} is damaged: {Path(file).name} is not the file that its card "
        "describes; install the package again.",
    )
    with pytest.raises(ModelError, match="is damaged"):
        shipped_classifiers()
