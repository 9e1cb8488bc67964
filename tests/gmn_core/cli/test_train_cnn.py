"""The ``train cnn`` command."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.cli import main


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "absent"), "no folder absent"),
        (("--data", ".", "--epochs", "0"), "at least 1 epoch"),
    ],
)
def test_wrong_usage_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "cnn", *words]) == 2
    assert message in capsys.readouterr().err
