"""What a player's report may be; how it plays is tested in a real browser."""

from __future__ import annotations

import pytest

from pages.shared.player import Hearing, read_report


def test_a_report_is_read() -> None:
    report = {"intervals": [[0, 29.5], [0.0, 3]], "ended": True}
    assert read_report(report) == Hearing(((0.0, 29.5), (0.0, 3.0)), True)
    assert read_report({"intervals": [], "ended": False}) == Hearing((), False)


@pytest.mark.parametrize(
    "report",
    [
        None,
        "ended",
        {},
        {"intervals": 30, "ended": True},
        {"intervals": [[0, 30]], "ended": "yes"},
        {"intervals": [[0, 30, 40]], "ended": True},
        {"intervals": [[0, "30"]], "ended": True},
        {"intervals": [[0, None]], "ended": True},
        {"intervals": [[0, float("nan")]], "ended": True},
        {"intervals": [[0, float("inf")]], "ended": True},
        {"intervals": [[0, 1e308]], "ended": True},
        {"intervals": [[0, 10**400]], "ended": True},
        {"intervals": [[-1, 30]], "ended": True},
        {"intervals": [[0, 30]] * 1001, "ended": True},
    ],
)
def test_what_is_no_report_is_ignored(report: object) -> None:
    assert read_report(report) is None
