"""Which database holds the survey, how it is opened and how it is brought up to date."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from survey_db.errors import DatabaseError
from survey_db.faults import translated

URL_VARIABLE = "GMN_DATABASE_URL"
BUSY_SECONDS = 5
"""How long a lock, a free connection or a server that does not answer is waited for."""

_CHECKOUT = Path(__file__).parents[1]
_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as every server asks for the same one.
_UPGRADE_LOCK = 0x676D6E


def default_file() -> Path:
    """Return the SQLite file of a survey for which no database is named.

    In a checkout it is ``var/survey.db``; an installed copy, and a checkout
    that cannot be written, keep it in the user's own data folder, where this
    platform has such folders.
    """
    if (_CHECKOUT / "pyproject.toml").is_file():
        file = _CHECKOUT / "var" / "survey.db"
        folder = file.parent if file.parent.exists() else _CHECKOUT
        if file.exists() or os.access(folder, os.W_OK):
            return file
    return user_data_path("generative-music-network", appauthor=False) / "survey.db"


def database_url(given: str | None = None) -> URL:
    """Find the database: ``given``, else ``GMN_DATABASE_URL``, else the file of `default_file`.

    Returns
    -------
    URL
        With PostgreSQL always through psycopg 3.

    Raises
    ------
    DatabaseError
        If it is no database URL.
    """
    text = given or os.environ.get(URL_VARIABLE) or f"sqlite:///{default_file()}"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # of the second kind: a port that is no number
        raise DatabaseError(
            f"{URL_VARIABLE} is no database URL; write for example "
            "postgresql://user:password@host/database or sqlite:////folder/survey.db."
        ) from error
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise DatabaseError("A survey in memory would lose its answers; name a file in the SQLite URL.")
    return url


def open_engine(url: URL) -> Engine:
    """Make the engine of a database, creating the folder of an SQLite file.

    Raises
    ------
    DatabaseError
        If the driver of the URL is not installed, or the folder cannot be made.
    """
    if url.get_backend_name() == "sqlite":
        folder = Path(str(url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"The folder {folder} of the survey database cannot be made ({error.strerror}); "
                f"name another database in {URL_VARIABLE}."
            ) from error
    try:
        # What is stored stands in no error message, and so in no log.
        engine = create_engine(url, pool_timeout=BUSY_SECONDS, hide_parameters=True, **_settings(url))
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        is_ours = url.get_backend_name() == "postgresql"
        remedy = ": pip install 'generative-music-network[postgres]'" if is_ours else ""
        raise DatabaseError(f"The driver of {url.drivername} is not installed{remedy}.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return the same engine, whose transactions take SQLite's write lock at once.

    A transaction that reads first and writes later cannot wait for another
    writer: SQLite fails it on the spot. One that starts by writing waits.
    """
    return engine.execution_options(begin="IMMEDIATE")


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date; servers that start together take turns.

    Raises
    ------
    DatabaseError
        If the database cannot be reached or was made by a newer program.
    """
    cannot = f"The survey database at {engine.url.render_as_string()} cannot be used"
    with translated(cannot), for_writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
        if (found := _revision(connection)) != newest_revision():
            _migrate(connection, found)


def newest_revision() -> str:
    """Return the revision of tables that are up to date, by the names of the migrations.

    Alembic would say the same, but takes a sixteenth of the server's start to load.
    """
    return max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _migrate(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    known = {revision.revision for revision in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseError(
            f"The survey database is newer than this program (its revision is {found}): "
            f"update the program or name another database in {URL_VARIABLE}."
        )
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _settings(url: URL) -> dict[str, Any]:
    """Return how the pool and the driver of a kind of database are set up; what the URL says comes first."""
    if url.get_backend_name() == "sqlite":
        return {}
    # A server that was started again leaves dead connections in the pool.
    settings: dict[str, Any] = {"pool_pre_ping": True}
    if url.get_driver_name() == "psycopg":
        # A server that vanished from the network says nothing, so that only time tells.
        limits = {"connect_timeout": BUSY_SECONDS, "tcp_user_timeout": 1000 * BUSY_SECONDS}
        settings["connect_args"] = {name: value for name, value in limits.items() if name not in url.query}
    return settings


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    # The driver's own way of beginning transactions late would undo BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # An answer that was committed survives a power cut too.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
