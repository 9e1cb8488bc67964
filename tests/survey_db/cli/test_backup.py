"""``backup``: the whole database as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_db.cli import main


def test_a_backup_is_written_once(
    slug: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "copy.db"
    assert main(["backup", str(file)]) == 0
    assert capsys.readouterr().out == f"{url} is in {file}\n"
    assert main(["backup", str(file)]) == 1
    assert capsys.readouterr().err == f"error: {file} exists already; name a new file.\n"
