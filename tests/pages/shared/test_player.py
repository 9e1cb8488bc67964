"""What a player's report may be; how it plays is tested in a real browser."""

from __future__ import annotations

import pytest

from pages.shared.player import Hearing, read_report


def test_a_report_is_read() -> None:
    assert read_report({"seconds": 29.5, "plays": 2, "ended": True}) == Hearing(29.5, 2, True)
    assert read_report({"seconds": 3, "plays": 0, "ended": False}) == Hearing(3.0, 0, False)


@pytest.mark.parametrize(
    "report",
    [
        None,
        "ended",
        {},
        {"seconds": "30", "plays": 1, "ended": True},
        {"seconds": float("nan"), "plays": 1, "ended": True},
        {"seconds": float("inf"), "plays": 1, "ended": True},
        {"seconds": -1, "plays": 1, "ended": True},
        {"seconds": 30, "plays": -1, "ended": True},
        {"seconds": 30, "plays": 1.5, "ended": True},
        {"seconds": 30, "plays": 1, "ended": "yes"},
    ],
)
def test_what_is_no_report_is_ignored(report: object) -> None:
    assert read_report(report) is None
