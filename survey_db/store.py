"""The store: the one door to the survey's database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from survey_db.database import database_url, for_writing, open_engine, upgrade
from survey_db.running.attendance import Attendances
from survey_db.running.listening import Listening
from survey_db.running.samples import Samples
from survey_db.running.studies import Studies


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """All reads and writes of the survey, over one engine.

    Parameters
    ----------
    engine : Engine
        A database whose tables are up to date.
    clock : callable, optional
        Tells the present moment in UTC.

    Attributes
    ----------
    studies : Studies
        Making studies and changing their state.
    samples : Samples
        Their samples and audio.
    listening : Listening
        What a listener does.
    attendances : Attendances
        Who takes part.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        self.engine = engine
        self.clock = clock
        self._writer = for_writing(engine)
        self.studies = Studies(self)
        self.samples = Samples(self)
        self.listening = Listening(self)
        self.attendances = Attendances(self)

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


def open_store(url: str | None = None) -> Store:
    """Open the survey's database, bringing its tables up to date.

    Parameters
    ----------
    url : str, optional
        A SQLAlchemy URL; else ``GMN_DATABASE_URL``, else a file in ``var/``.

    Raises
    ------
    DatabaseError
        If it cannot be used; the message says what to do.
    """
    engine = open_engine(database_url(url))
    upgrade(engine)
    return Store(engine)
