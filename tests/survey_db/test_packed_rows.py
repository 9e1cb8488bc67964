"""What may stand in the rows of a packed study."""

from __future__ import annotations

import copy
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from survey_db.errors import SurveyError
from survey_db.packed_rows import read_rows
from survey_db.running.recruitment import Recruitment
from survey_db.running.studies import NewStudy
from survey_db.store import open_store
from survey_db.transfer import pack_study, unpack_study
from tests.survey_db.material import begin, six_samples


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packed study that somebody has begun."""
    folder = tmp_path_factory.mktemp("packed")
    store = open_store(f"sqlite:///{folder / 'here.db'}")
    study = NewStudy(title="A study", recruitment=Recruitment(identifiers=["ID"]))
    slug = store.studies.create(study, six_samples()[:1], open_now=True).slug
    begin(store, slug, identifiers={"ID": "first"})
    pack_study(store, slug, folder / "study.zip")
    store.engine.dispose()
    return folder / "study.zip"


@pytest.fixture
def packed(file: Path) -> dict[str, Any]:
    """What is written in it."""
    with zipfile.ZipFile(file) as archive:
        rows: dict[str, Any] = json.loads(archive.read("study.json"))
        return rows


def test_moments_come_back_and_texts_are_cleaned(packed: dict[str, Any]) -> None:
    packed["tables"]["study"][0]["introduction"] = "Listen.\x00"
    packed["tables"]["listener"][0]["identifiers"] = {"ID": "\ud800"}
    rows = read_rows(packed)
    assert isinstance(rows["listener"][0]["consented_at"], datetime)
    assert rows["study"][0]["introduction"] == "Listen."
    assert rows["listener"][0]["identifiers"] == {"ID": "\N{REPLACEMENT CHARACTER}"}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("study", "title", "a" * 201),
        ("study", "title", None),
        ("study", "target_loudness", float("nan")),
        ("study", "volume_check", 1),
        ("study", "recruitment", []),
        ("study", "questions", {}),
        ("sample", "place", 2**31),
        ("sample", "place", True),
        ("sample", "settings", {"seed": float("inf")}),
        ("listener", "consented_at", "yesterday"),
        ("listener", "consented_at", 5),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_refused(
    packed: dict[str, Any], table: str, column: str, value: object
) -> None:
    packed["tables"][table][0][column] = value
    with pytest.raises((ValueError, TypeError)):
        read_rows(packed)


def test_rows_that_do_not_fit_together_are_refused_whole(
    file: Path, packed: dict[str, Any], tmp_path: Path
) -> None:
    there = open_store(f"sqlite:///{tmp_path / 'there.db'}")
    with zipfile.ZipFile(file) as archive:
        audio = {name: archive.read(name) for name in archive.namelist()[1:]}
    for table, column, value in (
        ("study", "status", "half open"),
        ("study", "recruitment", {"completion_url": "javascript:alert(1)"}),
        ("study", "questions", [{"name": "age"}]),
        ("study", "preregistration", {"nothing": "known"}),
        ("sample", "study_id", 77),
        ("presentation", "listener_id", 77),
    ):
        strange = copy.deepcopy(packed)
        strange["tables"][table][0][column] = value
        with zipfile.ZipFile(tmp_path / "strange.zip", "w") as archive:
            archive.writestr("study.json", json.dumps(strange))
            for name, content in audio.items():
                archive.writestr(name, content)
        with pytest.raises(SurveyError) as refusal:
            unpack_study(there, tmp_path / "strange.zip")
        assert str(refusal.value).endswith("."), column
        assert not there.studies.all(archived=True)
    there.engine.dispose()


def test_an_archive_that_unpacks_to_far_more_is_refused(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_db.transfer._MOST_ROWS", 2**20)
    there = open_store(f"sqlite:///{tmp_path / 'there.db'}")
    for name, content, kind in (
        ("study.json", b" " * (2**20 + 1), zipfile.ZIP_DEFLATED),
        ("study.json", b"[" * 100_000, zipfile.ZIP_DEFLATED),
        ("study.json", file.read_bytes(), zipfile.ZIP_LZMA),
    ):
        with zipfile.ZipFile(tmp_path / "bomb.zip", "w", kind) as archive:
            archive.writestr(name, content)
        with pytest.raises(SurveyError, match="is no study that was packed"):
            unpack_study(there, tmp_path / "bomb.zip")
    there.engine.dispose()
