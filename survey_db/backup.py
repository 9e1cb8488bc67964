"""A survey's whole database as one file, made while listeners answer, and put back into an empty one.

SQLite's own backup, or ``pg_dump`` and ``pg_restore`` of PostgreSQL's client
programs: either holds the state of one moment.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL

from survey_db.database import open_engine
from survey_db.errors import DatabaseError
from survey_db.faults import translated

_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
_PROGRAMS = "install PostgreSQL's client programs (Debian: apt-get install postgresql-client)"


def back_up(url: URL, file: str | os.PathLike[str]) -> None:
    """Write a database to a file, which appears when it is complete; whoever answers meanwhile may.

    Parameters
    ----------
    url : URL
        The database, of `survey_db.database.database_url`.
    file : str or os.PathLike
        What to write; it must not exist yet.

    Raises
    ------
    DatabaseError
        If the file exists or cannot be written, or the database cannot be read.
    """
    file = Path(file)
    if file.exists():
        raise DatabaseError(f"{file} exists already; name a new file.")
    with _written(file) as part:
        if url.get_backend_name() == "sqlite":
            if not Path(str(url.database)).is_file():
                raise DatabaseError(f"There is no database {url.database}.")
            _copy_sqlite(Path(str(url.database)), part)
        else:
            _run(url, "pg_dump", "--format=custom", "--no-owner", f"--file={part}")


def restore(file: str | os.PathLike[str], url: URL) -> None:
    """Put a backup into an empty database of the same kind.

    Parameters
    ----------
    file : str or os.PathLike
        Written by `back_up`.
    url : URL
        The database; an SQLite file must not exist yet.

    Raises
    ------
    DatabaseError
        If the file is no backup of this kind of database, or the database is not empty; it is left as it was.
    """
    file = Path(file)
    try:
        with file.open("rb") as content:
            head = content.read(16)
    except OSError as error:
        raise DatabaseError(f"{file} cannot be read: {error.strerror}.") from error
    is_sqlite = url.get_backend_name() == "sqlite"
    if not head.startswith(_SQLITE if is_sqlite else _POSTGRESQL):
        kind = "an SQLite" if is_sqlite else "a PostgreSQL"
        raise DatabaseError(f"{file} is no backup of {kind} database.")
    if is_sqlite:
        target = Path(str(url.database))
        if target.exists():
            raise DatabaseError(f"The database {target} exists already; move it away first.")
        with _written(target) as part:
            _copy_sqlite(file, part)
        return
    engine = open_engine(url)
    try:
        with translated("The database cannot be used"), engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise DatabaseError("The database is not empty; name an empty one.")
    finally:
        engine.dispose()
    name = f"--dbname={url.database}"
    _run(url, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", name, str(file))


@contextmanager
def _written(file: Path) -> Iterator[Path]:
    """Give a hidden file beside one, which takes its name when the block has come to its end."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        yield part
        part.replace(file)
    except OSError as error:
        raise DatabaseError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database in one step, which holds one moment, and look whether the copy is whole."""
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # all in one file
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise DatabaseError(f"The database {source} is damaged.")
    except sqlite3.Error as error:
        raise DatabaseError(f"The database {source} cannot be copied: {error}.") from error


def _run(url: URL, program: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on a database; the password is on no command line."""
    path = shutil.which(program)
    if path is None:
        raise DatabaseError(f"There is no {program} here: {_PROGRAMS}.")
    told = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    environment = {**os.environ, **{name: str(value) for name, value in told.items() if value is not None}}
    done = subprocess.run(
        [path, "--no-password", *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason was given"]
        raise DatabaseError(f"{program} could not do it: {reason[0]}")
