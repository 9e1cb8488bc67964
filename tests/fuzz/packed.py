"""Packed studies: damaged as archives and in their rows, and what can be read gone on with."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.preregistration import preregistration_of, sheet
from survey_db.running.questions import questions_of
from survey_db.running.recruitment import Recruitment, onward_link, recruitment_of
from survey_db.running.studies import NewStudy
from survey_db.schema import Base
from survey_db.store import Store, open_store
from survey_db.transfer import pack_study, unpack_study
from tests.fuzz.mutation import altered, mutated
from tests.survey_db.material import begin, six_samples
from tests.survey_db.running.test_questions import ALL

_FOLDER = tempfile.TemporaryDirectory(prefix="fuzz-packed-")


def _pack() -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the rows and the audio of a small study with an answer."""
    store = open_store(f"sqlite:///{_FOLDER.name}/here.db")
    recruitment = Recruitment(identifiers=["ID"], completion_url="https://a.example/{code}")
    study = NewStudy(title="Packed", volume_check=False, questions=ALL, recruitment=recruitment)
    slug = store.studies.create(study, six_samples()[:1], open_now=True).slug
    begin(store, slug, identifiers={"ID": "first"})
    file = Path(_FOLDER.name, "whole.zip")
    pack_study(store, slug, file)
    store.engine.dispose()
    with zipfile.ZipFile(file) as archive:
        audio = {name: archive.read(name) for name in archive.namelist()[1:]}
        return json.loads(archive.read("study.json")), audio


_ROWS, _AUDIO = _pack()
_STORE = open_store(f"sqlite:///{_FOLDER.name}/there.db")


def make(rng: np.random.Generator) -> bytes:
    """Return a packed study with other values, or a damaged archive."""
    rows: Any = _ROWS
    for _ in range(rng.integers(0, 4)):
        rows = altered(rng, rows)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("study.json", json.dumps(rows))
        for name, content in _AUDIO.items():
            archive.writestr(name, content)
    return mutated(rng, file.getvalue()) if rng.random() < 0.3 else file.getvalue()


def consume(data: bytes) -> str:
    """Read the study into a database, and look at what a page would."""
    file = Path(_FOLDER.name, "given.zip")
    file.write_bytes(data)
    with _STORE.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    try:
        slug = unpack_study(_STORE, file)
    except SurveyError:
        return "refused"
    _look_at(_STORE, slug)
    return "read"


def _look_at(store: Store, slug: str) -> None:
    study = store.studies.get(slug)
    questions = questions_of(study)
    sheet(study.title, preregistration_of(study), questions)
    onward_link(recruitment_of(study).completion_url, "CODE", {})
    read_responses(store, study.id)
    store.attendances.progress(slug)
    for sample in store.samples.all(slug):
        store.samples.audio(sample.media_sha256)
