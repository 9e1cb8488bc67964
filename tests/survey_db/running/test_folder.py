"""A study as a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_db.errors import SurveyError
from survey_db.running.folder import read_folder


def write(folder: Path, study: object) -> Path:
    (folder / "a.mp3").write_bytes(b"audio")
    (folder / "study.json").write_text(json.dumps(study))
    return folder


def test_a_folder_gives_the_study_and_its_samples(tmp_path: Path) -> None:
    sample = {"file": "a.mp3", "intended_genre": "rock", "settings": {"seed": 1}, "practice": True}
    study, samples = read_folder(
        write(tmp_path, {"title": "T", "headphone_check": True, "samples": [sample, {"file": "a.mp3"}]})
    )
    assert (study.title, study.headphone_check, study.volume_check) == ("T", True, True)
    assert (samples[0].audio, samples[0].intended_genre, samples[0].practice) == (b"audio", "rock", True)
    assert samples[0].settings == {"seed": 1}
    assert samples[1].intended_genre is None


@pytest.mark.parametrize(
    ("study", "message"),
    [
        ([], "needs a list of samples"),
        ({"title": "T"}, "needs a list of samples"),
        ({"title": "T", "samples": ["a.mp3"]}, "needs a list of samples"),
        ({"samples": []}, "needs a “title”"),
        ({"title": "T", "colour": "red", "samples": []}, "“colour”, which is none of"),
        ({"title": "T", "samples": [{"file": "a.mp3", "genre": "rock"}]}, "“genre”, which is none of"),
        ({"title": "T", "samples": [{"intended_genre": "rock"}]}, "needs the name of a file"),
        ({"title": "T", "samples": [{"file": "../a.mp3"}]}, "file in the same folder"),
        ({"title": "T", "samples": [{"file": "b.mp3"}]}, "cannot be read"),
    ],
)
def test_a_folder_of_another_form_is_refused(tmp_path: Path, study: object, message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        read_folder(write(tmp_path, study))


def test_a_folder_without_a_readable_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match=r"has no study\.json"):
        read_folder(tmp_path)
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(SurveyError, match="is no JSON"):
        read_folder(tmp_path)
