"""The ``train knn`` command."""

from __future__ import annotations

import pytest

from gmn_core.cli import main


def test_an_absent_table_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "knn", "--descriptors", "absent.csv"]) == 2
    assert capsys.readouterr().err == "error: There is no file absent.csv.\n"
