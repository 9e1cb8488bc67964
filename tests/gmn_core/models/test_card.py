"""Model cards."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import gmn_core.models.card as card_module
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.request import GenerationError
from gmn_core.models.card import (
    CARD_FILE,
    MODELS_DIR,
    ModelCard,
    ModelError,
    file_sha256,
    intact_model_dir,
    library_versions,
    model_version,
    read_card,
    write_card,
)

SHIPPED = sorted(path.parent.name for path in MODELS_DIR.glob(f"*/{CARD_FILE}"))


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    card = ModelCard(
        name="tiny",
        summary="A model.",
        data={"a.csv": "00"},
        split="by artist",
        choices={"k": 3},
        seed=1,
        figures={"valid": {"accuracy": 0.5}},
        limits=["small"],
        licence="MIT",
        command="train",
        weights={"w.npz": "11"},
        libraries={"numpy": "2"},
    )
    path = write_card(card, tmp_path)
    import json

    assert ModelCard(**json.loads(path.read_text())) == card


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_are_those_of_their_card(name: str) -> None:
    card = read_card(name)
    assert card.name == name
    assert card.weights
    for file, digest in card.weights.items():
        assert file_sha256(MODELS_DIR / name / file) == digest
    assert card.licence
    assert card.command.startswith("python -m gmn_core ")
    assert card.limits


def test_something_is_shipped_and_the_rest_is_not() -> None:
    assert "knn_descriptors" in SHIPPED
    with pytest.raises(ModelError, match="The model absent is missing"):
        read_card("absent")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the shipped models that may be damaged."""
    shutil.copytree(MODELS_DIR, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(card_module, "MODELS_DIR", tmp_path)
    intact_model_dir.cache_clear()
    yield tmp_path
    intact_model_dir.cache_clear()


def test_whole_models_are_hashed_once(models: Path) -> None:
    assert intact_model_dir("knn_descriptors") == models / "knn_descriptors"
    (models / "knn_descriptors" / "model.npz").write_bytes(b"changed while the program runs")
    assert intact_model_dir("knn_descriptors") == models / "knn_descriptors"


@pytest.mark.parametrize("name", SHIPPED)
def test_one_changed_byte_is_refused(models: Path, name: str) -> None:
    for file in read_card(name).weights:
        whole = (models / name / file).read_bytes()
        middle = len(whole) // 2
        changed = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        (models / name / file).write_bytes(changed)
        with pytest.raises(ModelError, match=f"The model {name} is damaged: {file} is not the file"):
            intact_model_dir(name)
        (models / name / file).write_bytes(whole)
    assert intact_model_dir(name)


def test_a_version_changes_with_any_file_of_the_weights(models: Path) -> None:
    whole = model_version("cnn")
    assert re.fullmatch("[0-9a-f]{12}", whole)
    card = models / "cnn" / "card.json"
    stored = json.loads(card.read_text(encoding="utf-8"))
    stored["weights"][min(stored["weights"])] = "0" * 64
    card.write_text(json.dumps(stored), encoding="utf-8")
    assert model_version("cnn") not in {whole, model_version("cnn_pretrained")}


def test_what_is_missing_or_no_card_is_named_without_its_folder(models: Path) -> None:
    (models / "cnn" / "network.onnx").unlink()
    (models / "cnn_pretrained" / "card.json").unlink()
    (models / "knn_pretrained" / "card.json").write_text('{"name": ')
    (models / "knn_descriptors" / "card.json").write_text("[]")
    for name in ("cnn", "cnn_pretrained", "knn_pretrained", "knn_descriptors"):
        with pytest.raises(ModelError, match=f"The model {name} is ") as caught:
            intact_model_dir(name)
        assert str(models) not in str(caught.value)


def test_a_damaged_generator_is_a_generation_error(models: Path) -> None:
    (models / "lstm" / "weights.npz").write_bytes(b"damaged")
    shipped_model.cache_clear()
    with pytest.raises(GenerationError, match="The model lstm is damaged"):
        shipped_model()
    shipped_model.cache_clear()


def test_digests_and_versions(tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(b"weights")
    assert file_sha256(path) == hashlib.sha256(b"weights").hexdigest()
    assert set(library_versions("numpy", "no-such-distribution")) == {"numpy"}
