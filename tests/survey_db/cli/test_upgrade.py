"""``upgrade``, and the frame of all commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from survey_db.cli import main


def test_the_module_runs_and_another_database_can_be_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'named.db'}"
    command = [sys.executable, "-m", "survey_db", "--database", url, "upgrade"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == f"{url} is up to date\n"
    assert (tmp_path / "named.db").exists()


def test_wrong_usage_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([])
    with pytest.raises(SystemExit, match="2"):
        main(["export"])
    assert main(["--database", "nonsense", "studies"]) == 1
    assert "is no database URL" in capsys.readouterr().err
