"""The ``train cnn-pretrained`` command."""

from __future__ import annotations

import pytest

from gmn_core.classification.pretrained import musicnn
from tests.gmn_core.cli.conftest import Refused


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "absent"), "no folder absent"),
        (("--data", "."), "musicnn package is not installed"),
        (("--data", ".", "--checkpoints", "nowhere"), "No musicnn checkpoint in nowhere"),
    ],
)
def test_wrong_usage_is_reported(
    refused: Refused, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.setattr(musicnn, "find_spec", lambda name: None)
    assert message in refused("train", "cnn-pretrained", *words, "--run", "run")
