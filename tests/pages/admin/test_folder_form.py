"""A study made of an uploaded folder."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.admin import folder_form
from pages.admin.folder_form import paths_in_folder
from pages.shared.survey_store import the_store
from survey_db.errors import SurveyError
from tests.pages.signing_in import sign_in
from tests.survey_db.material import tone

STUDY = {
    "title": "Two bands",
    "systems": [{"name": "Ours"}, {"name": "Players", "kind": "people"}],
    "samples": [
        {"file": "ours/1.flac", "intended_genre": "jazz", "system": "Ours", "composition": "tune"},
        {"file": "players/1.flac", "intended_genre": "jazz", "system": "Players", "composition": "tune"},
    ],
}
AUDIO = {"bands/ours/1.flac": tone(300), "bands/players/1.flac": tone(400)}


@pytest.fixture
def page(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("GMN_DATABASE_URL", f"sqlite:///{tmp_path / 'survey.db'}")
    sign_in(app)
    return app.switch_page("pages/studies.py").run()


def upload(page: AppTest, files: dict[str, bytes]) -> None:
    uploader = next(one for one in page.file_uploader if one.label == "Folder")
    uploader.set_value([(name, data, "application/octet-stream") for name, data in files.items()])
    next(one for one in page.button if one.label == "Make a study from this folder").click().run(timeout=120)
    assert not page.exception


def test_the_examples_hold() -> None:
    assert doctest.testmod(folder_form).failed == 0


def test_files_outside_the_studys_folder_are_left_out() -> None:
    assert paths_in_folder(["study.json", "1.mp3"]) == {"study.json": "study.json", "1.mp3": "1.mp3"}
    assert paths_in_folder(["a/b/study.json", "a/1.mp3"]) == {"study.json": "a/b/study.json"}
    with pytest.raises(SurveyError, match=r"has no file study\.json"):
        paths_in_folder(["a/1.mp3"])


def test_a_folder_becomes_a_draft_that_is_shown(page: AppTest) -> None:
    upload(page, {"bands/study.json": json.dumps(STUDY).encode(), **AUDIO})
    assert not page.error
    (study,) = [study for study in the_store().studies.all() if study.title == "Two bands"]
    assert study.status == "draft"
    assert page.session_state["study"] == study.slug
    samples = the_store().samples.all(study.slug)
    assert {sample.system.name for sample in samples if sample.system} == {"Ours", "Players"}
    assert {sample.composition for sample in samples} == {"tune"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (AUDIO, "The folder has no file study.json."),
        ({"bands/study.json": b"{"}, "study.json is not JSON that can be read"),
        (
            {"bands/study.json": json.dumps(STUDY).encode()},
            "There is no file ours/1.flac among those uploaded.",
        ),
    ],
    ids=["no study.json", "no JSON", "no audio"],
)
def test_a_folder_that_is_no_study_is_refused_in_one_sentence(
    page: AppTest, files: dict[str, bytes], message: str
) -> None:
    before = len(the_store().studies.all())
    upload(page, files)
    assert message in page.error[0].value
    assert len(the_store().studies.all()) == before
