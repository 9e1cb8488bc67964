"""The ``train cnn-pretrained`` command."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.classification import musicnn
from gmn_core.cli import main


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "absent"), "no folder absent"),
        (("--data", "."), "musicnn package is not installed"),
        (("--data", ".", "--checkpoints", "nowhere"), "No musicnn checkpoint in nowhere"),
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
    monkeypatch.setattr(musicnn, "find_spec", lambda name: None)
    assert main(["train", "cnn-pretrained", *words, "--out", "models"]) == 2
    assert message in capsys.readouterr().err
