"""A study in a folder, and a database for the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_db.cli import main
from tests.survey_db.material import six_samples

SLUG = "from-a-folder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of six samples as a folder."""
    samples = []
    for number, sample in enumerate(six_samples(), start=1):
        (tmp_path / f"{number}.flac").write_bytes(sample.audio)
        samples.append({"file": f"{number}.flac", "intended_genre": sample.intended_genre})
    study = {"title": "From a folder", "volume_check": False, "samples": samples}
    (tmp_path / "study.json").write_text(json.dumps(study))
    return tmp_path


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of the commands' database, empty at first."""
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    return url


@pytest.fixture
def slug(folder: Path, url: str, capsys: pytest.CaptureFixture[str]) -> str:
    """An open study made from the folder."""
    assert main(["create", str(folder), "--open"]) == 0
    return capsys.readouterr().out.strip()
