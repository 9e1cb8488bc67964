"""``restore``: a backup goes into an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_db.cli import main
from survey_db.store import open_store


def test_a_backup_is_put_back_and_used(
    slug: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = tmp_path / "copy.db", f"sqlite:///{tmp_path / 'other.db'}"
    assert main(["backup", str(file)]) == 0
    capsys.readouterr()
    assert main(["--database", other, "restore", str(file)]) == 0
    assert capsys.readouterr().out == f"{other} has 1 study\n"
    store = open_store(other)
    assert store.studies.get(slug).title == "From a folder"
    store.engine.dispose()
    assert main(["restore", str(file)]) == 1
    assert "exists already" in capsys.readouterr().err
