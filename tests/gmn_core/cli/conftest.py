"""Running commands as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gmn_core.cli import main
from gmn_core.generation.playing.model import NAME
from gmn_core.models.training_run import run_model_dir

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[..., str]

# Of a training whose figures do not matter: the network as it ships takes five times as long.
SMALL = ("--updates", "2", "--batch", "8", "--hidden", "32", "--seed", "3")


@pytest.fixture
def run_gmn(tmp_path: Path) -> Run:
    """Run ``python -m gmn_core`` with the given words in an empty folder."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gmn_core", *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run a command in the test's folder, see that it is refused as wrong usage, and return its sentence."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> str:
        assert main([str(word) for word in words]) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: ")
        assert error.endswith(".\n")
        assert error.count("\n") == 1
        return error.removeprefix("error: ").removesuffix("\n")

    return run


@pytest.fixture(scope="session")
def trained_generator(
    midi_corpus: Path, corpus_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A small generator after two updates on the small corpus, in the folder of its training."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    words = ["train", "lstm", "--midi", midi_corpus, "--cache", corpus_cache, "--run", folder, *SMALL]
    assert main([str(word) for word in words]) == 0
    return run_model_dir(folder, NAME)
