"""No secret in any log line."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from pages.guard.logs import (
    FORM_NAME,
    JsonLines,
    keep_secrets_out_of_logs,
    log_what_ends_threads,
    redacted,
    write_json_lines,
)
from survey_db.running.listening import new_token

TOKEN = new_token()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is written by a logger of an ordinary handler and formatter."""
    factory = logging.getLogRecordFactory()
    keep_secrets_out_of_logs()
    keep_secrets_out_of_logs()
    text, logger = io.StringIO(), logging.getLogger("any")
    handler = logging.StreamHandler(text)
    logger.addHandler(handler)
    yield text
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)


def test_a_secret_is_replaced_wherever_it_stands() -> None:
    assert redacted(f"Key (token)=({TOKEN}) exists; see {TOKEN}.") == (
        "Key (token)=(listener_…) exists; see listener_…."
    )
    assert redacted('{"preview": "preview_q2Yt9pWcX8hN4rLs"}') == '{"preview": "preview_…"}'
    kept = "ix_listener_study_row, listener_id, uq_listener_study_id_short_id"
    assert redacted(kept) == kept


def test_neither_message_nor_arguments_nor_tracebacks_tell_a_secret(log: io.StringIO) -> None:
    logger = logging.getLogger("any")
    logger.warning("for %s and %d", TOKEN, 7)
    try:
        try:
            raise ValueError(f"DETAIL: Key (token)=({TOKEN}) already exists.")
        except ValueError as cause:
            raise RuntimeError("failed") from cause
    except RuntimeError:
        logger.exception("It failed for %s", TOKEN)
    text = log.getvalue()
    assert "for listener_… and 7" in text
    assert "Key (token)=(listener_…) already exists." in text
    assert "RuntimeError: failed" in text
    assert TOKEN not in text


def test_other_lines_stay_as_they_are(log: io.StringIO) -> None:
    logger = logging.getLogger("any")
    logger.warning("%(what)s is said", {"what": "this"})
    logger.warning("100 %")
    assert log.getvalue() == "this is said\n100 %\n"


def test_json_lines_hold_one_record_each_whatever_is_in_it(log: io.StringIO) -> None:
    logger = logging.getLogger("any")
    (handler,) = logger.handlers
    handler.setFormatter(JsonLines(lambda: "3f2b6c1e"))
    logger.warning('A "quoted" text\nof two lines for %s', TOKEN, extra={"fields": {"ms": 12}})
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logger.exception("It failed")
    first, second = (json.loads(line) for line in log.getvalue().splitlines())
    assert first["message"] == 'A "quoted" text\nof two lines for listener_…'
    assert (first["level"], first["request"], first["ms"]) == ("warning", "3f2b6c1e", 12)
    assert second["trace"].endswith("ValueError: listener_…")
    assert TOKEN not in log.getvalue()


def test_what_ends_a_thread_is_one_record_without_secrets(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)  # so that it is put back
    (handler,) = logging.getLogger("any").handlers
    handler.setFormatter(JsonLines())
    (ours := logging.getLogger("pages.guard.logs")).addHandler(handler)

    def fail() -> None:
        raise ValueError(TOKEN)

    try:
        log_what_ends_threads()
        for target in (fail, sys.exit):
            (thread := threading.Thread(target=target, name="ScriptRunner")).start()
            thread.join()
    finally:
        ours.removeHandler(handler)
    (line,) = log.getvalue().splitlines()
    record = json.loads(line)
    assert record["message"] == "An error ended the thread ScriptRunner"
    assert record["trace"].endswith("ValueError: listener_…")
    assert "Traceback" not in capfd.readouterr().err


def test_the_log_is_plain_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FORM_NAME, raising=False)
    before = list(logging.getLogger().handlers)
    assert not write_json_lines(lambda: None)
    assert logging.getLogger().handlers == before
