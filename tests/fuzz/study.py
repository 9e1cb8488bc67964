"""Folders with a ``study.json``: read, and what can be read made a study of in a real database."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from survey_db.errors import SurveyError
from survey_db.running.folder import STUDY_FILE, read_folder
from survey_db.store import Store, open_store
from tests.fuzz.mutation import altered, mutated

STUDIES_PER_DATABASE = (
    200  # those of one title are told apart by number, which takes longer the more there are
)

_FOLDER = tempfile.TemporaryDirectory(prefix="fuzz-study-")


def _tone() -> bytes:
    import pyloudnorm
    import soundfile

    time = np.arange(16_000) / 16_000
    wave = 0.2 * np.sin(2 * np.pi * 440 * time)
    wave *= 10 ** ((-16 - pyloudnorm.Meter(16_000).integrated_loudness(wave)) / 20)
    file = io.BytesIO()
    soundfile.write(file, wave, 16_000, format="FLAC")
    return file.getvalue()


def _study() -> dict[str, Any]:
    sample = {"file": "a.flac", "intended_genre": "rock", "settings": {"seed": 7, "notes": [1, 2.5, None]}}
    return {
        "title": "Six genres",
        "slug": None,
        "introduction": "Listen.",
        "genres": ["rock", "jazz"],
        "volume_check": True,
        "target_loudness": -16.0,
        "samples": [
            {**sample, "practice": True},
            {**sample, "predictions": {"cnn": [0.1] * 10}},
            {"file": "a.flac", "intended_genre": "jazz", "control": "high_anchor"},
            {"file": "a.flac", "intended_genre": None, "control": "repeat", "repeats": "Sample 1"},
        ],
    }


Path(_FOLDER.name, "a.flac").write_bytes(_tone())
Path(_FOLDER.name, "text.mp3").write_text("no audio")
_stores: list[tuple[Store, int]] = []


def make(rng: np.random.Generator) -> bytes:
    """Return a ``study.json`` with fields of another type, other names or damaged text."""
    study: Any = _study()
    for _ in range(rng.integers(0, 5)):
        study = altered(rng, study)
    text = json.dumps(study, ensure_ascii=bool(rng.random() < 0.9)).encode(errors="surrogatepass")
    if rng.random() < 0.01:
        text = text.replace(b"[1, 2.5", b"[" * int(2 ** rng.uniform(4, 18)) + b"1")
    return mutated(rng, text) if rng.random() < 0.3 else text


def consume(data: bytes) -> str:
    """Read the folder and make a study of it."""
    Path(_FOLDER.name, STUDY_FILE).write_bytes(data)
    try:
        new, samples = read_folder(Path(_FOLDER.name))
    except SurveyError:
        return "refused"
    try:
        _store().studies.create(new, samples[:8], open_now=True)
    except SurveyError:
        return "read, not made"
    return "made"


def _store() -> Store:
    """Return the database in use, a new one from time to time."""
    store, n_studies = _stores.pop() if _stores else (None, STUDIES_PER_DATABASE)
    if store is None or n_studies >= STUDIES_PER_DATABASE:
        if store is not None:
            store.engine.dispose()
        for file in Path(_FOLDER.name).glob("survey.db*"):
            file.unlink()
        store, n_studies = open_store(f"sqlite:///{_FOLDER.name}/survey.db"), 0
    _stores.append((store, n_studies + 1))
    return store
