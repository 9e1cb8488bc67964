"""What is written into the log: never a secret, and on request one JSON object a line."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

FORM_NAME = "GMN_LOG"

_log = logging.getLogger(__name__)

_FORMATTER = logging.Formatter()
# The secrets of this app begin with what they are for, so that they are found wherever they turn up.
_SECRET = re.compile(r"\b(listener|preview|admin)_[\w-]{16,}")


def redacted(text: str, password: str = "") -> str:
    """Return a text in which nothing is left of a secret but its kind.

    Examples
    --------
    >>> redacted("Key (token)=(listener_q2Yt9pWcX8hN4rLs) already exists")
    'Key (token)=(listener_…) already exists'
    """
    if password:
        text = text.replace(password, "…")
    return _SECRET.sub(r"\1_…", text)


def keep_secrets_out_of_logs(password: str = "") -> None:
    """Redact whatever is logged from now on in this process, tracebacks too.

    Parameters
    ----------
    password : str
        Redacted as well; only where the log is set to tell every message of a
        browser could it turn up there.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "redacts", False):
        return

    def make_redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            return record  # its handler says that message and arguments do not fit
        if (clean := redacted(text, password)) != text:
            record.msg, record.args = clean, ()
        if record.exc_info:
            trace = _FORMATTER.formatException(record.exc_info)
            if (clean := redacted(trace, password)) != trace:
                record.exc_text = clean  # formatters take it as it is
        return record

    make_redacted.redacts = True  # type: ignore[attr-defined]  # so that it is not done twice
    logging.setLogRecordFactory(make_redacted)


def log_what_ends_threads() -> None:
    """Have an error that ends a thread go through the log, where secrets are left out, as one record."""

    def report(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
            name = ended.thread.name if ended.thread else "unknown"
            trace = (ended.exc_type, ended.exc_value, ended.exc_traceback)
            _log.error("An error ended the thread %s", name, exc_info=trace)

    threading.excepthook = report


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: time, level, logger, message, request, and what it carries.

    Parameters
    ----------
    request_number : callable
        Gives the number of the request or visit that a record belongs to; None where it belongs to none.
    """

    def __init__(self, request_number: Callable[[], str | None] = lambda: None) -> None:
        super().__init__()
        self._request_number = request_number

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := self._request_number():
            line["request"] = number
        line |= getattr(record, "fields", {})
        if record.exc_text or record.exc_info:
            line["trace"] = record.exc_text or self.formatException(record.exc_info or (None, None, None))
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_addresses(record: logging.LogRecord) -> bool:
    """Leave out what the web server says of each connection: it names internet addresses."""
    return record.levelno >= logging.WARNING or not record.name.startswith(("uvicorn", "websockets"))


def write_json_lines(request_number: Callable[[], str | None]) -> bool:
    """Write the log as JSON lines from now on, where ``GMN_LOG=json`` says so; return whether it does.

    All loggers of Streamlit's write through the one handler too.
    """
    if os.environ.get(FORM_NAME, "").lower() != "json":
        return False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(request_number))
    handler.addFilter(_without_addresses)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)

    def through_the_root(logger: logging.Logger) -> None:
        logger.handlers.clear()
        logger.propagate = True

    with suppress(ImportError, AttributeError):
        from streamlit import logger as streamlit_logger

        # Streamlit gives each logger a handler of its own when it is first asked for, and later again.
        streamlit_logger.setup_formatter = through_the_root
        for logger in streamlit_logger._loggers.values():
            through_the_root(logger)
    return True
