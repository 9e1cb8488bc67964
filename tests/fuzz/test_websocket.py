"""A couple of hundred strange messages; ``make fuzz`` sends many more."""

from __future__ import annotations

from tests.fuzz.websocket import run


def test_no_message_harms_the_server() -> None:
    report = run(first=0, count=200)
    assert not report.findings
    assert report.outcomes["sent"] == 200
    assert report.outcomes["refused"] > 0
