"""A study as a folder: ``study.json`` and the audio files that it names.

``study.json`` holds the fields of `survey_db.running.studies.NewStudy` and, under
``samples``, a list whose items hold the fields of `survey_db.running.samples.NewSample`
with the name of a ``file`` in the place of its audio::

    {
      "title": "Six genres",
      "samples": [
        {"file": "1.mp3", "intended_genre": "hiphop", "settings": {"seed": 7}},
        {"file": "2.mp3", "intended_genre": "rock"}
      ]
    }
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from survey_db.errors import SurveyError
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy

STUDY_FILE = "study.json"


def read_folder(folder: Path) -> tuple[NewStudy, list[NewSample]]:
    """Read a study and its samples from a folder.

    Raises
    ------
    SurveyError
        If a file is missing or ``study.json`` is not of the form above.
    """
    try:
        told = json.loads((folder / STUDY_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SurveyError(f"The folder {folder} has no {STUDY_FILE}.") from error
    except ValueError as error:
        raise SurveyError(f"{folder / STUDY_FILE} is no JSON: {error}.") from error
    samples = told.pop("samples", None) if isinstance(told, dict) else None
    if not isinstance(samples, list) or not all(isinstance(sample, dict) for sample in samples):
        raise SurveyError(f"{folder / STUDY_FILE} needs a list of samples.")
    _check_names(told, NewStudy, {"title"})
    return NewStudy(**told), [_read_sample(folder, sample) for sample in samples]


def _read_sample(folder: Path, told: dict[str, Any]) -> NewSample:
    name = told.pop("file", None)
    file = folder / str(name)
    if not isinstance(name, str) or file.parent.resolve() != folder.resolve():
        raise SurveyError(f"Each sample in {STUDY_FILE} needs the name of a file in the same folder.")
    told.setdefault("intended_genre", None)
    _check_names(told, NewSample, set())
    try:
        return NewSample(audio=file.read_bytes(), **told)
    except OSError as error:
        raise SurveyError(f"The audio file {file} cannot be read.") from error


def _check_names(told: dict[str, Any], kind: type, needed: set[str]) -> None:
    known = {field.name for field in fields(kind)} - {"audio"}
    if unknown := sorted(set(told) - known):
        raise SurveyError(f"{STUDY_FILE} has “{unknown[0]}”, which is none of: {', '.join(sorted(known))}.")
    if missing := sorted(needed - set(told)):
        raise SurveyError(f"{STUDY_FILE} needs a “{missing[0]}”.")
