"""A study goes with all its data from one database to another, and on there."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from survey_db.cli import main
from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.questions import questions_of
from survey_db.running.recruitment import Recruitment
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from survey_db.transfer import pack_study, unpack_study
from tests.survey_db.material import Clock, begin, finish, listen, state_of
from tests.survey_db.running.test_questions import ALL

MakeStudy = Callable[..., str]


@pytest.fixture
def packed(store: Store, make_study: MakeStudy, tmp_path: Path) -> tuple[str, str, Path]:
    """A study with one listener who has finished and one in the middle: its name, their token, the file."""
    slug = make_study(recruitment=Recruitment(identifiers=["PROLIFIC_PID"]))
    finish(store, slug, begin(store, slug, identifiers={"PROLIFIC_PID": "p-first"}))
    token = begin(store, slug)
    sample = listen(store, slug, token)
    store.listening.answer(token, sample, guess="rock", rating=7, comment="My “own” comment")
    file = tmp_path / "study.zip"
    pack_study(store, slug, file)
    return slug, token, file


def test_answers_samples_and_listeners_arrive_and_a_listener_goes_on(
    store: Store, packed: tuple[str, str, Path], tmp_path: Path
) -> None:
    slug, token, file = packed
    there = open_store(f"sqlite:///{tmp_path / 'there.db'}")
    there.clock = Clock()
    there.clock.now = store.clock()
    # Numbers that are taken there already.
    other = there.studies.create(NewStudy(title="Another")).slug
    assert unpack_study(there, file) == slug
    before = read_responses(store, store.studies.get(slug).id)
    after = read_responses(there, there.studies.get(slug).id)
    assert after.equals(before)
    assert len(after) == 7
    for mine, theirs in zip(store.samples.all(slug), there.samples.all(slug), strict=True):
        assert (mine.label, mine.settings) == (theirs.label, theirs.settings)
        assert store.samples.audio(mine.media_sha256) == there.samples.audio(theirs.media_sha256)
    assert state_of(there, slug, token).item is not None
    finish(there, slug, token)
    assert there.attendances.progress(slug).completed == 2
    assert there.studies.get(other).slug == other
    there.engine.dispose()


def test_questions_of_a_studys_own_arrive_with_their_answers(
    store: Store, make_study: MakeStudy, tmp_path: Path
) -> None:
    slug = make_study(questions=ALL)
    token = begin(store, slug)
    store.listening.tell(token, "before", {"age": 30, "country": 2})
    pack_study(store, slug, tmp_path / "study.zip")
    there = open_store(f"sqlite:///{tmp_path / 'there.db'}")
    unpack_study(there, tmp_path / "study.zip")
    assert questions_of(there.studies.get(slug)) == questions_of(store.studies.get(slug))
    assert state_of(there, slug, token).listener.questionnaire == {"age": 30, "country": 2}
    there.engine.dispose()


def test_what_cannot_be_read_is_said_in_a_sentence_and_nothing_is_read(
    store: Store, packed: tuple[str, str, Path], tmp_path: Path
) -> None:
    slug, _, file = packed
    with pytest.raises(SurveyError, match="already; give this one another name"):
        unpack_study(store, file)
    with pytest.raises(SurveyError, match="listeners of this study are in this database"):
        unpack_study(store, file, "another-name")
    with pytest.raises(SurveyError, match="exists already"):
        pack_study(store, slug, file)
    with pytest.raises(SurveyError, match="no study"):
        pack_study(store, "nowhere", tmp_path / "new.zip")
    there = open_store(f"sqlite:///{tmp_path / 'there.db'}")
    with pytest.raises(SurveyError, match="small letters"):
        unpack_study(there, file, "Not A Slug")
    with zipfile.ZipFile(file) as archive:
        rows = json.loads(archive.read("study.json"))
        names = archive.namelist()
    for content in (
        b"no zip",
        json.dumps({**rows, "form": "other"}),
        json.dumps({**rows, "tables": {}}),
        "[]",
    ):
        bad = tmp_path / "bad.zip"
        if isinstance(content, bytes):
            bad.write_bytes(content)
        else:
            with zipfile.ZipFile(bad, "w") as archive:
                archive.writestr("study.json", content)
        with pytest.raises(SurveyError, match="is no study that was packed"):
            unpack_study(there, bad)
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("study.json", json.dumps(rows))
        for name in names[1:]:
            archive.writestr(name, b"other audio")
    with pytest.raises(SurveyError, match="is damaged"):
        unpack_study(there, bad)
    assert not there.studies.all(archived=True)
    there.engine.dispose()


def test_the_commands_move_a_study(
    store: Store, packed: tuple[str, str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    assert main(["--database", url, "unpack", str(packed[2]), "--slug", "moved"]) == 0
    assert main(["--database", url, "pack", "moved", str(tmp_path / "again.zip")]) == 0
    assert capsys.readouterr().out.startswith("moved\nmoved is in ")
    assert main(["--database", url, "unpack", str(tmp_path / "none.zip")]) == 1
    assert "cannot be read" in capsys.readouterr().err
