"""Classifiers in the manner of scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.genres import GENRES, Genre

RATE = 8000


class ByPitch(GenreClassifier):
    """Says blues of what is low and rock of what is high."""

    name = "by_pitch"

    def classify(self, clip: Clip) -> GenrePrediction:
        shares = np.full(10, 0.01)
        spectrum = np.abs(np.fft.rfft(clip.samples))
        high = spectrum.argmax() / clip.seconds > 1000
        shares[(Genre.ROCK if high else Genre.BLUES).position] = 0.91
        return GenrePrediction(shares)


def tone(pitch: float) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * pitch * np.arange(2 * RATE) / RATE)


def test_it_answers_for_files_and_arrays_alike(tmp_path: Path) -> None:
    tones = np.stack([tone(200), tone(2000)])
    for number, samples in enumerate(tones):
        Clip(samples, RATE).save(tmp_path / f"{number}.wav")
    model = ByPitch()
    from_arrays = model.predict_proba(tones, RATE)
    assert from_arrays.shape == (2, 10)
    np.testing.assert_array_equal(model.predict_proba(sorted(tmp_path.iterdir())), from_arrays)
    assert model.predict(tones, RATE).tolist() == ["blues", "rock"]
    assert model.classes_.tolist() == list(GENRES)


def test_no_recordings_give_no_rows() -> None:
    assert ByPitch().predict_proba([]).shape == (0, 10)
    assert ByPitch().predict([]).shape == (0,)


def test_its_answers_go_with_scikit_learn() -> None:
    from sklearn.metrics import confusion_matrix

    answers = ByPitch().predict([tone(200), tone(2000), tone(3000)], RATE)
    matrix = confusion_matrix(["blues", "blues", "rock"], answers, labels=ByPitch().classes_)
    assert matrix[0, 0] == matrix[0, 9] == matrix[9, 9] == 1


def test_a_single_recording_is_not_taken_for_several() -> None:
    with pytest.raises(TypeError, match="into a list"):
        ByPitch().predict("a.wav")
