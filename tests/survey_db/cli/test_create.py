"""``create``: a study from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_db.cli import main
from survey_db.store import open_store


def test_a_study_is_made_in_draft_or_opened_at_once(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create", str(folder)]) == 0
    assert main(["create", str(folder), "--open"]) == 0
    assert capsys.readouterr().out == "from-a-folder\nfrom-a-folder-2\n"
    studies = open_store(url).studies
    assert studies.get("from-a-folder").status == "draft"
    assert studies.get("from-a-folder-2").status == "open"


def test_a_slug_may_be_chosen_and_only_once(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create", str(folder), "--slug", "mine"]) == 0
    assert main(["create", str(folder), "--slug", "mine"]) == 1
    assert capsys.readouterr().err == "error: There is a study “mine” already.\n"
    assert len(open_store(url).samples.all("mine")) == 6


def test_a_folder_without_a_study_is_refused(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create", str(tmp_path)]) == 1
    assert "has no file study.json" in capsys.readouterr().err
