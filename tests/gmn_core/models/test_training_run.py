"""Folders of trainings: whose they are, and what is published from them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from gmn_core.models.card import ModelCard, file_sha256, write_card
from gmn_core.models.training_run import (
    RUN_FILE,
    TrainingRunError,
    finished_models,
    open_run,
    publish,
    run_model_dir,
)

FACTS: dict[str, Any] = {"model": "toy", "data": "a", "settings": {"learning_rate": 0.1, "epochs": 3}}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder of a training that has kept a checkpoint."""
    folder = tmp_path / "runs" / "toy"
    open_run(folder, FACTS)
    (folder / "checkpoint").write_text("of a")
    return folder


def write_model(run: Path, name: str = "toy", weights: bytes = b"weights") -> Path:
    folder = run_model_dir(run, name)
    folder.mkdir(parents=True)
    (folder / "weights").write_bytes(weights)
    texts = dict.fromkeys(("summary", "split", "licence", "command"), "-")
    card = ModelCard(
        name=name,
        data={},
        choices={},
        seed=0,
        figures={},
        limits=[],
        libraries={},
        weights={"weights": file_sha256(folder / "weights")},
        **texts,
    )
    write_card(card, folder)
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The models of a checkout, among them an older toy with a report."""
    folder = tmp_path / "checkout" / "gmn_core" / "models"
    (folder / "toy").mkdir(parents=True)
    (folder / "toy" / "weights").write_bytes(b"older")
    (folder / "toy" / "report.json").write_text("{}")
    (tmp_path / "checkout" / "pyproject.toml").touch()
    return folder


def test_the_same_training_goes_on(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    again = open_run(run, json.loads(json.dumps(FACTS)))
    assert again == open_run(run, FACTS)
    assert (run / "checkpoint").exists()
    assert not caplog.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "b"}, "differs in data:"),
        ({"settings": {"learning_rate": 0.2, "epochs": 4}}, "differs in epochs, learning rate:"),
        ({"start": "weights"}, "differs in start:"),
    ],
)
def test_another_training_is_kept_aside_and_named(
    run: Path, caplog: pytest.LogCaptureFixture, changes: dict[str, Any], words: str
) -> None:
    other = open_run(run, {**FACTS, **changes})
    kept = run.with_name("toy-1")
    assert (kept / "checkpoint").read_text() == "of a"
    assert [path.name for path in run.iterdir()] == [RUN_FILE]
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert words in record.message
    assert str(kept) in record.message
    assert open_run(run, FACTS) != other
    assert run.with_name("toy-2").exists()


def test_a_training_may_begin_anew(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    open_run(run, FACTS, resume=False)
    assert not (run / "checkpoint").exists()
    assert (run.with_name("toy-1") / "checkpoint").exists()
    assert "toy-1" in caplog.text


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "song.mid").touch()
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file"):
        with pytest.raises(TrainingRunError, match="not the folder of a training"):
            open_run(path, FACTS)
    assert {path.name for path in tmp_path.iterdir()} == {"song.mid", "file"}
    (tmp_path / "empty").mkdir()
    open_run(tmp_path / "empty", FACTS)


def test_publishing_puts_a_model_in_the_place_of_an_older_one(run: Path, models: Path) -> None:
    source = write_model(run)
    assert finished_models(run) == [source]
    assert publish(run, models) == [models / "toy"]
    assert {path.name for path in models.iterdir()} == {"toy"}
    assert {path.name for path in (models / "toy").iterdir()} == {"weights", "card.json"}
    assert (models / "toy" / "weights").read_bytes() == b"weights"
    assert source.is_dir()


def test_nothing_is_published_unless_every_model_is_whole(run: Path, models: Path) -> None:
    with pytest.raises(TrainingRunError, match="holds no finished model"):
        publish(run, models)
    write_model(run, "another")
    (write_model(run) / "weights").write_bytes(b"cut off")
    with pytest.raises(TrainingRunError, match="weights is not the file"):
        publish(run, models)
    assert {path.name for path in models.iterdir()} == {"toy"}
    assert (models / "toy" / "weights").read_bytes() == b"older"


def test_an_installed_package_stays_as_it_is(run: Path, models: Path) -> None:
    write_model(run)
    (models.parents[1] / "pyproject.toml").unlink()
    with pytest.raises(TrainingRunError, match="installed copy"):
        publish(run, models)
    assert (models / "toy" / "weights").read_bytes() == b"older"
