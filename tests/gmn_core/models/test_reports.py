"""The reports that ship."""

from __future__ import annotations

import pytest

from gmn_core.models.reports import REPORTS_DIR, read_report


def test_an_absent_report_is_none() -> None:
    assert read_report("absent") is None


@pytest.mark.parametrize("name", [path.stem for path in sorted(REPORTS_DIR.glob("*.json"))])
def test_each_report_is_whole(name: str) -> None:
    report = read_report(name)
    assert report
    for protocol in report.get("protocols", {}).values():
        for row in protocol["models"].values():
            assert sum(map(sum, row["confusion"])) == row["n_clips"] == row["accuracy"]["n"]
            right = sum(row["confusion"][place][place] for place in range(10))
            assert right == row["accuracy"]["n_right"]
