"""The ``train cnn`` command."""

from __future__ import annotations

import pytest

from gmn_core.classification import library
from tests.gmn_core.cli.conftest import Refused


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "absent"), "no folder absent"),
        (("--data", ".", "--epochs", "0"), "at least 1 epoch"),
    ],
)
def test_wrong_usage_is_reported(refused: Refused, words: tuple[str, ...], message: str) -> None:
    assert message in refused("train", "cnn", *words)


def test_a_cluster_that_is_not_there_is_reported(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "CONNECT_SECONDS", 1)
    message = refused("train", "cnn", "--data", ".", "--cluster", "tcp://127.0.0.1:1")
    assert "The cluster at tcp://127.0.0.1:1 does not answer." in message
