"""A couple of hundred strange messages; ``make fuzz`` sends many more."""

from __future__ import annotations

import io
import logging
import threading

import pytest

from pages.guard.logs import JsonLines, log_what_ends_threads
from tests.fuzz.websocket import errors_in, run


def test_no_message_harms_the_server() -> None:
    report = run(first=0, count=200)
    assert not report.findings
    assert report.outcomes["sent"] == 200
    assert report.outcomes["refused"] > 0


def test_tracebacks_of_threads_that_fail_together_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    text, logger = io.StringIO(), logging.getLogger("pages")
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    together = threading.Barrier(8)

    def fail(depth: int = 30) -> None:
        if depth:
            fail(depth - 1)
        together.wait()
        raise KeyError(None)

    try:
        log_what_ends_threads()
        threads = [threading.Thread(target=fail) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        logger.removeHandler(handler)
    assert errors_in(text.getvalue()) == ["logged 8 times: KeyError: None"]
    beside = "Exception in thread A:\nTraceback (most recent call last):\n"
    assert errors_in(f'{beside}{{"message": "x"}}\n{beside}  File "a"\n') == [
        "logged 2 times: a traceback beside the log"
    ]
