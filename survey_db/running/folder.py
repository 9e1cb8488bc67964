"""A study as a folder: ``study.json`` and the audio files that it names.

``study.json`` holds the fields of `survey_db.running.studies.NewStudy` and, under
``samples``, a list whose items hold the fields of `survey_db.running.samples.NewSample`
with the name of a ``file``, in the folder or below it, in the place of its audio.
A study that compares systems lists them, and its samples name theirs::

    {
      "title": "Which band is better?",
      "systems": [
        {"name": "Ours", "kind": "other_generator", "version": "1.2", "settings": {"top_p": 0.9}},
        {"name": "Players", "kind": "people"}
      ],
      "samples": [
        {"file": "ours/1.mp3", "intended_genre": "jazz", "system": "Ours", "composition": "tune 1"},
        {"file": "players/1.mp3", "intended_genre": "jazz", "system": "Players", "composition": "tune 1"}
      ]
    }

Samples with the same ``composition`` are renderings of the same notes. A study
of one system needs neither. Under ``words`` it may have objects with the fields of
`survey_db.running.words.StudyWords`, one per language, under ``recruitment`` an
object with those of `survey_db.running.recruitment.Recruitment`, and under
``questions`` objects with those of `survey_db.running.questions.Question`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from survey_db.errors import SurveyError
from survey_db.running.media import MAX_BYTES
from survey_db.running.questions import Question
from survey_db.running.recruitment import Recruitment
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.running.systems import NewSystem
from survey_db.running.words import StudyWords

Reader = Callable[[str, int], bytes]
"""Gives a file by its name, refusing one that is larger than so many bytes."""

STUDY_FILE = "study.json"
MAX_STUDY_BYTES = 10 * 2**20

# As JSON escapes it, but not after an escaped backslash.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
# The audio is a file's content; the others are objects of their own.
_OF_THEIR_OWN = {"audio", "systems", "words", "recruitment", "questions"}
_IN_WORDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number", NoneType: "null"}


def read_folder(folder: str | os.PathLike[str]) -> tuple[NewStudy, list[NewSample]]:
    """Read a study and its samples from a folder.

    Parameters
    ----------
    folder : str or os.PathLike
        Holds ``study.json`` and the audio files that it names.

    Returns
    -------
    study : NewStudy
    samples : list of NewSample

    Raises
    ------
    SurveyError
        If a file is missing or ``study.json`` is not of the form above; the
        message names the field and what it should hold.

    See Also
    --------
    open_store : Where to make a study of it.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = '{"title": "A draft", "samples": []}'
    >>> _ = Path("study.json").write_text(text)
    >>> new, samples = survey_db.read_folder(".")
    >>> new.title, samples
    ('A draft', [])
    """
    return _read_study(partial(_read_file, Path(folder)))


def read_files(files: Mapping[str, bytes]) -> tuple[NewStudy, list[NewSample]]:
    """Read a study and its samples from the files of a folder, by their names within it.

    Raises
    ------
    SurveyError
        As `read_folder` does.
    """
    return _read_study(partial(_take_file, files))


def _read_study(read: Reader) -> tuple[NewStudy, list[NewSample]]:
    study = _load(read)
    if not isinstance(study, dict):
        raise SurveyError(f"{STUDY_FILE} needs a list of samples.")
    samples = _objects(study, "samples")
    systems, words, questions = (
        _objects(study, name) if name in study else [] for name in ("systems", "words", "questions")
    )
    recruitment = study.pop("recruitment", {})
    if not isinstance(recruitment, dict):
        raise SurveyError(f"“recruitment” in {STUDY_FILE} must be an object.")
    _check_fields(recruitment, Recruitment, f"“recruitment” of {STUDY_FILE}")
    _check_fields(study, NewStudy, STUDY_FILE)
    for number, system in enumerate(systems, 1):
        _check_fields(system, NewSystem, f"system {number} of {STUDY_FILE}")
    for number, wording in enumerate(words, 1):
        _check_fields(wording, StudyWords, f"words {number} of {STUDY_FILE}")
    for number, question in enumerate(questions, 1):
        _check_fields(question, Question, f"question {number} of {STUDY_FILE}")
    new = NewStudy(
        **study,
        systems=[NewSystem(**system) for system in systems],
        words=[StudyWords(**wording) for wording in words],
        recruitment=Recruitment(**recruitment),
        questions=[Question(**question) for question in questions],
    )
    return new, [
        _read_sample(read, sample, f"sample {number} of {STUDY_FILE}")
        for number, sample in enumerate(samples, 1)
    ]


def _objects(study: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = study.pop(name, None)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise SurveyError(f"{STUDY_FILE} needs a list of {name}.")
    return items


def _load(read: Reader) -> Any:
    """Return what ``study.json`` holds, if a database can keep all of it."""
    data = read(STUDY_FILE, MAX_STUDY_BYTES)
    try:
        study = json.loads(data, parse_constant=_refuse_constant)
        # JSON can spell numbers and characters that no database takes: 1e999, half a character, and NUL.
        kept = json.dumps(study, ensure_ascii=False, allow_nan=False)
        kept.encode()
    except (ValueError, RecursionError) as error:
        raise SurveyError(f"{STUDY_FILE} is not JSON that can be read: {error}.") from error
    if _NUL.search(kept):
        raise SurveyError(f"{STUDY_FILE} holds a NUL character; remove it.")
    return study


def _read_sample(read: Reader, sample: dict[str, Any], where: str) -> NewSample:
    name = sample.pop("file", None)
    # No way out of the folder, and none of the separators of another system.
    if not isinstance(name, str) or "\\" in name or {"", ".", ".."} & set(name.split("/")):
        raise SurveyError(f"The name of a “file” in the same folder is missing in {where}.")
    sample.setdefault("intended_genre", None)
    _check_fields(sample, NewSample, where)
    return NewSample(audio=read(name, MAX_BYTES), **sample)


def _read_file(folder: Path, name: str, limit: int) -> bytes:
    """Read a regular file of limited size; waits for no pipe and fills no memory."""
    path = folder / name
    try:
        if not path.is_file():
            raise SurveyError(f"The folder {folder} has no file {name}.")
        if path.stat().st_size > limit:
            raise SurveyError(f"The file {path} is larger than {limit // 2**20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise SurveyError(f"The file {path} cannot be read: {error.strerror}.") from error


def _take_file(files: Mapping[str, bytes], name: str, limit: int) -> bytes:
    if name not in files:
        raise SurveyError(f"There is no file {name} among those uploaded.")
    if len(files[name]) > limit:
        raise SurveyError(f"The file {name} is larger than {limit // 2**20} MB.")
    return files[name]


def _check_fields(given: Mapping[str, Any], kind: type, where: str) -> None:
    """Hold the fields of a JSON object against those of a dataclass, by name and by type."""
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind) if field.name not in _OF_THEIR_OWN}
    if unknown := sorted(set(given) - set(known)):
        raise SurveyError(f"“{unknown[0]}” in {where} is not one of: {', '.join(sorted(known))}.")
    for name, field in known.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if required and name not in given:
            raise SurveyError(f"“{name}” is missing in {where}.")
        if name in given and not _fits(given[name], hints[name]):
            raise SurveyError(f"“{name}” in {where} must be {_in_words(hints[name])}.")


def _fits(value: object, hint: Any) -> bool:
    """Say whether a value from JSON is of a dataclass field's type."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind is UnionType:
        return any(_fits(value, option) for option in inner)
    if kind is Sequence:
        return isinstance(value, list) and all(_fits(item, inner[0]) for item in value)
    if kind is Mapping:
        return isinstance(value, dict) and all(_fits(item, inner[1]) for item in value.values())
    if hint is float:
        # Whole numbers too, but none beyond a float's range.
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
    return hint is Any or type(value) is hint


def _in_words(hint: Any) -> str:
    kind, inner = get_origin(hint), get_args(hint)
    if kind is UnionType:
        return " or ".join(_in_words(option) for option in inner)
    if kind is Sequence:
        return f"a list, each item {_in_words(inner[0])}"
    if kind is Mapping:
        return "an object" + ("" if inner[1] is Any else f", each value {_in_words(inner[1])}")
    return _IN_WORDS[hint]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number that JSON has")
