"""The ``train cnn`` command."""

from __future__ import annotations

import pytest

from tests.gmn_core.cli.conftest import Refused


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "absent"), "no folder absent"),
        (("--data", ".", "--epochs", "0"), "at least 1 epoch"),
        (("--data", ".", "--cluster", "tcp://127.0.0.1:1"), "cluster at tcp://127.0.0.1:1 does not answer"),
    ],
)
def test_wrong_usage_is_reported(refused: Refused, words: tuple[str, ...], message: str) -> None:
    assert message in refused("train", "cnn", *words)
