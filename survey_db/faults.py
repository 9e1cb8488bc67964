"""From the many errors of two databases to the few that the survey knows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from survey_db.errors import (
    BusyError,
    ConflictError,
    DatabaseError,
    FullError,
    LostError,
    UnavailableError,
)

_log = logging.getLogger(__name__)

SENTENCES: dict[type[DatabaseError], str] = {
    LostError: "The survey’s database cannot be reached at the moment.",
    BusyError: "The survey’s database is busy; please try again in a moment.",
    FullError: "The disk of the survey’s database is full; nothing can be stored until there is room.",
    ConflictError: "The survey’s database refused this, since it breaks a rule of the survey.",
    DatabaseError: "The survey’s database failed; the server’s log says why.",
}
"""What is said to everybody of each kind of error."""

# https://www.sqlite.org/rescode.html; the low byte is the primary code.
_SQLITE: dict[int, type[UnavailableError]] = {
    5: BusyError,  # BUSY
    6: BusyError,  # LOCKED
    10: LostError,  # IOERR
    13: FullError,  # FULL
    14: LostError,  # CANTOPEN
}
# The index of the write-ahead log cannot grow: IOERR to SQLite, a full disk to everyone else.
_SQLITE_IOERR_SHMSIZE = 4874

# https://www.postgresql.org/docs/current/errcodes-appendix.html; whole codes come before their classes.
_POSTGRESQL: dict[str, type[UnavailableError]] = {
    "53100": FullError,
    "53": BusyError,  # insufficient resources: connections, memory
    "55P03": BusyError,  # lock not available
    "57014": BusyError,  # a statement or lock took too long
    "40": BusyError,  # serialization failure, deadlock
    "25006": LostError,  # a standby that takes no writes
    "25P": LostError,  # the server ended an idle session
    "08": LostError,
    "57P": LostError,  # shutting down, starting up
    "58": LostError,  # input and output errors of the system
}


def kind_of(error: DBAPIError) -> type[DatabaseError]:
    """Say what kind of error a driver's error is to the survey."""
    if isinstance(error, IntegrityError):
        return ConflictError
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return FullError if code == _SQLITE_IOERR_SHMSIZE else _SQLITE.get(code & 0xFF, DatabaseError)
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None or error.connection_invalidated:
        # A connection that broke off or was never made has no code.
        lost = error.connection_invalidated or isinstance(error, OperationalError)
        return LostError if lost else DatabaseError
    return next((kind for start, kind in _POSTGRESQL.items() if state.startswith(start)), DatabaseError)


@contextmanager
def translated(where: str = "") -> Iterator[None]:
    """Raise the survey's own error for each error of a database's driver.

    Parameters
    ----------
    where : str
        What is put before the driver's words where an administrator reads
        them; by default the message is a sentence for everybody.

    Raises
    ------
    DatabaseError
        Or one of its kinds; the driver's error is its cause.
    """
    try:
        yield
    except DBAPIError as error:
        kind = kind_of(error)
        if kind is not ConflictError:
            # What a conflict says may hold the values of a row.
            _log.warning("%s: %s", kind.__name__, error.orig)
        raise kind(f"{where}: {error.orig}" if where else SENTENCES[kind]) from error
    except PoolTimeoutError as error:
        raise BusyError(SENTENCES[BusyError]) from error
