"""Reading and writing sessions over one engine: what every part of the store works through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from threading import Lock
from typing import TypeVar

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from survey_db.database import BUSY_SECONDS, for_writing
from survey_db.errors import BusyError, ConflictError
from survey_db.faults import SENTENCES, translated
from survey_db.schema import Study

T = TypeVar("T")

ATTEMPTS = 5
"""How often a change is tried that other servers may forestall."""


def utc_now() -> datetime:
    """Tell the present moment in UTC."""
    return datetime.now(UTC)


class Transactions:
    """Sessions of the survey's database, and the clock that dates what they write.

    Parameters
    ----------
    engine : Engine
        A database whose tables are up to date.
    clock : callable, optional
        Tells the present moment in UTC.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self.engine = engine
        self.clock = clock
        self._writer = for_writing(engine)
        self._lock = Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads.

        Raises
        ------
        DatabaseError
            If the database fails; `survey_db.errors` has the kinds.
        """
        with translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that is committed where its block ends, and undone where that fails.

        Raises
        ------
        DatabaseError
            If the database fails; `survey_db.errors` has the kinds.
        """
        is_sqlite = self.engine.dialect.name == "sqlite"
        with (
            self._turn() if is_sqlite else nullcontext(),
            translated(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            if self.engine.dialect.name == "postgresql":
                # SQLite has its busy timeout.
                session.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other thread writes.

        SQLite lets one write at a time, and has the others look ever more
        seldom whether they may: with ten at once, one of them waits for a
        second. They need not look where they are of one process.
        """
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise BusyError(SENTENCES[BusyError])
        try:
            yield
        finally:
            self._lock.release()

    def check(self) -> None:
        """Ask the database for something that costs nothing.

        Raises
        ------
        DatabaseError
            If it does not answer, or is no survey's.
        """
        with self.reading() as session:
            session.execute(select(Study.id).limit(1))

    def write(self, change: Callable[[Session], T]) -> T:
        """Make a change in a session of its own, anew where another server has forestalled it.

        Two servers that look for a free name at the same moment find the same
        one; the second to store it is refused, and looks again.

        Parameters
        ----------
        change : callable
            Reads what it needs and writes; run up to `ATTEMPTS` times.

        Raises
        ------
        ConflictError
            If it breaks a rule each time.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                with self.writing() as session:
                    return change(session)
            except ConflictError:
                continue
        with self.writing() as session:
            return change(session)
