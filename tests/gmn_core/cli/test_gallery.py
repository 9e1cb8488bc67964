"""The ``gallery`` command."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.cli import main
from tests.gmn_core.cli.conftest import Refused


def test_a_page_of_the_first_seeds_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["gallery", "--genre", "metal", "--count", "2", "--seconds", "10", "--out", str(tmp_path)]
    assert main(words) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'index.html'}\n"
    assert {path.name for path in tmp_path.glob("*.ogg")} == {"metal-0.ogg", "metal-1.ogg"}


def test_a_count_out_of_range_and_a_missing_generator_are_refused(refused: Refused, tmp_path: Path) -> None:
    assert "count" in refused("gallery", "--count", "0", "--out", str(tmp_path))
    assert "no trained generator" in refused("gallery", "--model", str(tmp_path), "--out", str(tmp_path))
