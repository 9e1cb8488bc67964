"""Model cards."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gmn_core.models.card import (
    CARD_FILE,
    MODELS_DIR,
    ModelCard,
    file_sha256,
    library_versions,
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
    assert card.weights or name == "music_check", "only a rule has no weights"
    for file, digest in card.weights.items():
        assert file_sha256(MODELS_DIR / name / file) == digest
    assert card.licence
    assert card.command.startswith("python -m gmn_core ")
    assert card.limits


def test_something_is_shipped_and_the_rest_is_not() -> None:
    assert "knn_descriptors" in SHIPPED
    with pytest.raises(FileNotFoundError):
        read_card("absent")


def test_digests_and_versions(tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(b"weights")
    assert file_sha256(path) == hashlib.sha256(b"weights").hexdigest()
    assert set(library_versions("numpy", "no-such-distribution")) == {"numpy"}
