"""The ``train knn`` command."""

from __future__ import annotations

from tests.gmn_core.cli.conftest import Refused


def test_an_absent_table_is_wrong_usage(refused: Refused) -> None:
    assert refused("train", "knn", "--descriptors", "absent.csv") == "There is no file absent.csv."
