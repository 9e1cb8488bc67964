"""Reading and writing sessions over one engine: what every part of the store works through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from survey_db.database import for_writing


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

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that is committed where its block ends, and undone where that fails."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
