"""``export``: every response as CSV."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from survey_db.cli import main
from survey_db.reporting.responses import RESPONSE_COLUMNS
from survey_db.store import open_store
from tests.survey_db.material import Clock, begin, finish


def test_responses_go_to_the_terminal_or_a_file(
    slug: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(url)
    store.clock = Clock()
    finish(store, slug, begin(store, slug), guess="jazz", rating=7)
    assert main(["export", slug]) == 0
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert tuple(frame.columns) == RESPONSE_COLUMNS
    assert frame[["guess", "rating"]].to_numpy().tolist() == [["jazz", 7]] * 6
    assert main(["export", slug, "--output", str(tmp_path / "out.csv")]) == 0
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out.csv"), frame)


def test_all_that_is_known_goes_into_a_zip(slug: str, url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.clock = Clock()
    finish(store, slug, begin(store, slug, consent="Yes."))
    assert main(["export", slug, "--zip", str(tmp_path / "out.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = set(archive.namelist())
    assert {"codebook.csv", "data/description-responses_data.csv", "analysis/headline.R"} <= names
    assert sum(name.startswith("consent/") for name in names) == 1


def test_a_folder_that_is_not_there_is_named(
    slug: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "absent" / "out.csv"
    assert main(["export", slug, "--output", str(target)]) == 1
    assert capsys.readouterr().err == f"error: {target} cannot be written: No such file or directory.\n"


def test_an_unknown_study_is_reported(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "nowhere"]) == 1
    assert capsys.readouterr().err == "error: There is no study “nowhere”.\n"
