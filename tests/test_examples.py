"""The examples run as they are, on files that the tests make."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from gmn_core.audio.clip import Clip
from tests.gmn_core.generation.conftest import make_band
from tests.survey_db.published_study import reconstructed_responses

ROOT = Path(__file__).parent.parent
RATE = 22_050


def run(example: str, folder: Path, *arguments: str) -> str:
    """Run an example in a folder, as a reader would who has installed the library."""
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / example, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Six short pieces of each of two genres: low notes and high ones."""
    rng = np.random.default_rng(0)
    for genre, low in (("blues", 110), ("disco", 880)):
        for number in range(6):
            pitches = low * 2 ** rng.uniform(0, 1, 12)
            notes = [np.sin(2 * np.pi * pitch * np.arange(RATE // 4) / RATE) for pitch in pitches]
            Clip(0.3 * np.concatenate(notes), RATE).save(tmp_path / "music" / genre / f"{number}.wav")
    return tmp_path


def test_every_example_is_tried_here() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    examples = [path.name for path in (ROOT / "examples").glob("*.py")]
    assert len(examples) == 5
    assert all(f'run("{name}"' in tried for name in examples)


def test_classify_folder(music: Path) -> None:
    printed = run("classify_folder.py", music, "music", "confusion.html")
    n_wrong = printed.count("music/")
    assert printed.startswith(f"{12 - n_wrong} of 12 right")
    assert "plotly" in (music / "confusion.html").read_text(encoding="utf-8")


def test_make_music(tmp_path: Path) -> None:
    printed = run("make_music.py", tmp_path, "piece")
    assert printed.count("%") == 3
    piece = tmp_path / "piece"
    assert {"piece.wav", "piece.mid", "piece.html", "bass.wav"} <= {path.name for path in piece.iterdir()}
    assert all(soundfile.info(path).duration == 20 for path in piece.glob("*.wav"))


def test_analyse_csv(tmp_path: Path) -> None:
    foreign = {
        "participant": "listener",
        "stimulus": "sample",
        "true_style": "intended_genre",
        "chosen_style": "guess",
        "score": "rating",
    }
    responses = reconstructed_responses()
    table = pd.DataFrame({theirs: responses[ours] for theirs, ours in foreign.items()})
    table.to_csv(tmp_path / "responses.csv", index=False)
    musical, genre, *samples = run("analyse_csv.py", tmp_path, "responses.csv", "report.html").splitlines()
    assert "6.17" in musical
    assert "63 of 192" in genre
    assert len(samples) == 7  # a sentence on the samples, then each of them
    assert "Another survey" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_train_and_generate(tmp_path: Path) -> None:
    for genre in ("jazz", "metal"):
        (tmp_path / "midi" / genre).mkdir(parents=True)
        for number in range(6):
            band = make_band(tonic=number % 5, seed=number)
            (tmp_path / "midi" / genre / f"{number}.mid").write_bytes(band.to_midi())
    printed = run("train_and_generate.py", tmp_path, "midi", "run", "1")
    assert "run/jazz.wav: " in printed
    assert "run/metal.wav: " in printed
    assert all(soundfile.info(path).duration == 10 for path in (tmp_path / "run").glob("*.wav"))


def test_own_classifier(music: Path) -> None:
    own, theirs, comparison = run("own_classifier.py", music, "music").splitlines()
    assert own == "own: 100% right"  # low and high are easily told apart by their bands
    assert theirs.startswith("knn_pretrained: ")
    assert comparison.startswith("McNemarTest(only_first=")
