"""Many files, one row each."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import Decoded
from gmn_core.audio.errors import AudioError
from gmn_core.classification.batch import FileResult, as_csv, classify_file, find_audio
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.genres import Genre


class AlwaysJazz(GenreClassifier):
    """The simplest classifier there is."""

    name = "always_jazz"

    def classify(self, clip: Clip) -> GenrePrediction:
        shares = np.zeros(10)
        shares[Genre.JAZZ.position] = 1.0
        return GenrePrediction(shares)


def test_a_good_file_gives_a_flat_record() -> None:
    decoded = Decoded(Clip(np.ones(22_050, dtype=np.float32), 22_050), ("Only a part was analysed.",))
    record = classify_file("a.wav", lambda: decoded, [AlwaysJazz()]).record()
    assert record["file"] == "a.wav"
    assert record["seconds"] == 1.0
    assert record["always_jazz_genre"] == "jazz"
    assert record["always_jazz_jazz"] == 1.0
    assert record["always_jazz_rock"] == 0.0
    assert record["notice"] == "Only a part was analysed."
    assert record["error"] is None


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx", "\r=1", "\n=1", "＝1", "a.wav", 'a=b, "c".wav']
)
def test_no_spreadsheet_takes_a_file_name_for_a_formula(name: str) -> None:
    decoded = Decoded(Clip(np.ones(22_050, dtype=np.float32), 22_050))
    failed = FileResult(name, error="The file is empty.")
    good = classify_file("good.wav", lambda: decoded, [AlwaysJazz()])
    first, second = csv.DictReader(io.StringIO(as_csv([failed, good]), newline=""))
    assert first["file"] == (name if name.startswith("a") else f"'{name}")
    assert first["error"] == "The file is empty."
    assert (second["file"], second["always_jazz_genre"], second["always_jazz_rock"]) == (
        "good.wav",
        "jazz",
        "0.0",
    )


def test_classifiers_listen_at_the_same_time_and_answer_under_their_own_names() -> None:
    both_are_here = Barrier(2, timeout=10)

    class Waiting(AlwaysJazz):
        def __init__(self, name: str) -> None:
            self.name = name

        def classify(self, clip: Clip) -> GenrePrediction:
            both_are_here.wait()
            return super().classify(clip)

    decoded = Decoded(Clip(np.ones(100, dtype=np.float32), 100), ())
    result = classify_file("a.wav", lambda: decoded, [Waiting("first"), Waiting("second")])
    assert list(result.predictions) == ["first", "second"]


def test_a_bad_file_is_reported_in_its_row() -> None:
    def read() -> Decoded:
        raise AudioError("The file is empty.")

    result = classify_file("b.wav", read, [AlwaysJazz()])
    assert result.record() == {
        "file": "b.wav",
        "seconds": None,
        "notice": None,
        "error": "The file is empty.",
    }


def test_folders_are_searched_for_audio(tmp_path: Path) -> None:
    for name in ("b/2.WAV", "b/1.mp3", "b/notes.txt", "a.flac"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [
        path.relative_to(tmp_path).as_posix() for path in find_audio([tmp_path / "a.flac", tmp_path / "b"])
    ]
    assert found == ["a.flac", "b/1.mp3", "b/2.WAV"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="holds no audio"):
        list(find_audio([tmp_path / "empty"]))
    with pytest.raises(FileNotFoundError, match="no file"):
        list(find_audio([tmp_path / "absent.wav"]))


def test_the_progress_of_the_slowest_classifier_is_passed_on() -> None:
    class InSteps(GenreClassifier):
        name = "in_steps"

        def classify(self, clip: Clip) -> GenrePrediction:
            return self.classify_in_steps(clip, lambda share: None)

        def classify_in_steps(self, clip: Clip, on_progress: Callable[[float], object]) -> GenrePrediction:
            for step in range(4):
                on_progress(step / 4)
                time.sleep(0.3)
            return GenrePrediction(np.eye(10)[0])

    seen: list[float] = []
    clip = Clip(np.ones(22_050, dtype=np.float32), 22_050)
    classify_file("a.wav", lambda: Decoded(clip), [InSteps()], seen.append)
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert seen[-1] == 1.0


def test_scipy_is_there_before_classifiers_begin_at_once() -> None:
    """Two threads that import it at the same time may find it half made; only a fresh process shows it."""
    program = """
import sys
import numpy as np
from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import Decoded
from gmn_core.classification.batch import classify_decoded
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.prediction import GenrePrediction

class Looking(GenreClassifier):
    name = "looking"
    def classify(self, clip):
        assert "scipy.fft" in sys.modules
        return GenrePrediction(np.full(10, 0.1))

classify_decoded("a.wav", Decoded(Clip(np.ones(100, np.float32), 100), ()), [Looking()])
"""
    subprocess.run([sys.executable, "-c", program], check=True)
