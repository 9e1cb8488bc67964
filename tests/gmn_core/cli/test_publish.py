"""The ``publish`` command, and ``--publish`` of the training commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gmn_core.cli import main
from gmn_core.generation.playing.model import MODEL_FILES, read_model
from gmn_core.genres import Genre
from gmn_core.models import training_run
from tests.gmn_core.cli.conftest import SMALL, Refused


@pytest.fixture
def package_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models of a checkout in the test's folder, where `publish` writes."""
    models = tmp_path / "checkout" / "gmn_core" / "models"
    models.mkdir(parents=True)
    (tmp_path / "checkout" / "pyproject.toml").touch()
    monkeypatch.setattr(training_run, "MODELS_DIR", models)
    return models


def test_a_finished_training_is_published(
    trained_generator: Path, package_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", str(trained_generator.parents[1])]) == 0
    assert set(read_model(package_models / "lstm").sheets) == {Genre.JAZZ, Genre.METAL}
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"published: {package_models / 'lstm'}"
    assert "evaluate" in lines[1]


def test_a_training_publishes_only_where_it_is_asked_to(
    trained_generator: Path, midi_corpus: Path, corpus_cache: Path, package_models: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(trained_generator.parents[1], run)
    words = ["train", "lstm", "--midi", midi_corpus, "--cache", corpus_cache, *SMALL]
    assert main([*map(str, words), "--run", str(run)]) == 0
    assert not any(package_models.iterdir())
    assert main([*map(str, words), "--run", str(run), "--publish"]) == 0
    assert {path.name for path in (package_models / "lstm").iterdir()} == {*MODEL_FILES, "card.json"}


def test_a_folder_without_a_model_is_refused(refused: Refused, package_models: Path) -> None:
    assert refused("publish", "absent") == "absent holds no finished model."


def test_a_report_of_another_split_is_refused_in_a_sentence(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "cv.json").write_text("{}")
    assert "no report of the shipped classifiers" in refused("publish", str(tmp_path / "cv.json"))
