"""Keeps secrets out of every log line, whoever writes it."""

from __future__ import annotations

import logging
import re
from typing import Any

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
