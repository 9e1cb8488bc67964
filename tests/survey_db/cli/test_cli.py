"""The survey's command line, run as a user runs it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from survey_db.cli import main
from survey_db.responses import RESPONSE_COLUMNS
from survey_db.store import open_store
from tests.survey_db.material import Clock, begin, finish, place_of, six_samples


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
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    return url


def test_a_study_is_made_filled_exported_and_a_listener_withdrawn(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create", str(folder), "--open"]) == 0
    assert capsys.readouterr().out == "from-a-folder\n"
    store = open_store(url)
    store.clock = Clock()
    token = begin(store, "from-a-folder")
    finish(store, "from-a-folder", token)
    assert main(["studies"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "from-a-folder\topen\t1\t1\t6\tFrom a folder"
    assert main(["export", "from-a-folder"]) == 0
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert tuple(frame.columns) == RESPONSE_COLUMNS
    assert len(frame) == 6
    assert main(["export", "from-a-folder", "--output", str(folder / "out.csv")]) == 0
    assert len(pd.read_csv(folder / "out.csv")) == 6
    capsys.readouterr()
    short_id = place_of(store, "from-a-folder", token).listener.short_id
    assert main(["withdraw", "from-a-folder", short_id]) == 0
    assert capsys.readouterr().out == "deleted the listener and 6 answers\n"
    assert main(["withdraw", "from-a-folder", short_id]) == 1
    assert "has no listener" in capsys.readouterr().err
    store.studies.archive("from-a-folder")
    assert main(["studies"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["studies", "--archived"]) == 0
    assert "archived" in capsys.readouterr().out


def test_a_slug_may_be_chosen_and_only_once(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create", str(folder), "--slug", "mine"]) == 0
    assert main(["create", str(folder), "--slug", "mine"]) == 1
    assert "error: There is a study “mine” already." in capsys.readouterr().err
    assert open_store(url).studies.get("mine").status == "draft"


def test_the_module_runs_and_another_database_can_be_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'named.db'}"
    command = [sys.executable, "-m", "survey_db", "--database", url, "upgrade"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == f"{url} is up to date\n"
    assert (tmp_path / "named.db").exists()


def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([])
    with pytest.raises(SystemExit, match="2"):
        main(["export"])
    assert main(["--database", "nonsense", "studies"]) == 1
    assert "is no database URL" in capsys.readouterr().err
