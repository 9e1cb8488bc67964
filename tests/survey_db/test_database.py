"""Opening a database: its URL, its settings, and bringing it up to date."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Column, String, inspect, text

from survey_db import database
from survey_db.database import (
    database_url,
    default_file,
    for_writing,
    newest_revision,
    open_engine,
    upgrade,
)
from survey_db.errors import DatabaseError
from survey_db.schema import Base
from survey_db.store import open_store

ROOT = Path(__file__).parents[2]


def test_the_url_given_comes_before_the_variable_and_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GMN_DATABASE_URL", raising=False)
    assert database_url().database == str(default_file())
    monkeypatch.setenv("GMN_DATABASE_URL", "postgresql://user@host/base")
    assert str(database_url()) == "postgresql+psycopg://user@host/base"
    assert database_url("sqlite:////tmp/x.db").database == "/tmp/x.db"


def test_an_installed_copy_keeps_its_survey_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert default_file() == ROOT / "var" / "survey.db"
    monkeypatch.setattr(database, "_CHECKOUT", tmp_path / "site-packages")
    assert ROOT not in default_file().parents
    assert default_file().parts[-2:] == ("generative-music-network", "survey.db")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("survey.db", "is no database URL"),
        ("postgresql://user@host:port/base", "is no database URL"),
        ("sqlite://", "would lose its answers"),
        ("sqlite:///:memory:", "would lose its answers"),
    ],
)
def test_a_url_that_cannot_hold_a_survey_is_refused(url: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        database_url(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseError, match="file of the survey database cannot be made"):
        open_engine(database_url(f"sqlite:///{tmp_path}/file/survey.db"))


def test_a_checkout_that_cannot_be_written_leaves_the_survey_to_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(database, "_CHECKOUT", tmp_path)
    assert default_file() == tmp_path / "var" / "survey.db"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert tmp_path not in default_file().parents
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "survey.db").touch()  # answers are never left behind
    assert default_file() == tmp_path / "var" / "survey.db"


def test_an_unknown_driver_is_refused() -> None:
    with pytest.raises(DatabaseError, match="nosuch is not installed"):
        open_engine(database_url("nosuch://host/base"))


def test_sqlite_is_opened_with_wal_a_timeout_foreign_keys_and_full_sync(tmp_path: Path) -> None:
    engine = open_engine(database_url(f"sqlite:///{tmp_path / 'new folder' / 'survey.db'}"))
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "busy_timeout": 5000, "foreign_keys": 1, "synchronous": 2}


def test_the_migrations_make_exactly_the_tables_of_the_schema(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    upgrade(engine)
    with engine.begin() as connection:
        migrated = constraints(connection)
        context = MigrationContext.configure(connection, opts={"compare_server_default": other_default})
        assert compare_metadata(context, Base.metadata) == []
        connection.exec_driver_sql("DROP TABLE alembic_version")
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
        assert constraints(connection) == migrated
    engine.dispose()


def test_each_migration_follows_one_other() -> None:
    folder = Path(database.__file__).parent / "migrations"
    script = ScriptDirectory(str(folder))
    newest_first = [revision.revision for revision in script.walk_revisions()]
    assert script.get_heads() == newest_first[:1] == [newest_revision()]
    files = sorted(file.name for file in (folder / "versions").glob("*.py"))
    assert [name[:4] for name in files] == sorted(newest_first)


def other_default(
    context: object,
    inspected: object,
    column: Column[Any],
    default: str | None,
    theirs: object,
    ours: str | None,
) -> bool | None:
    """Whether a column has another default; numbers and truth values are left to Alembic.

    PostgreSQL cannot compare JSON, and Alembic takes SQLite's empty text for another.
    """
    if not isinstance(column.type, JSON | String) or ours is None:
        return None
    return (default or "").partition("::")[0].strip("()'") != ours.strip("'")


def constraints(connection: object) -> dict[str, list[tuple[str, str]]]:
    """Every CHECK of every table of the survey, which Alembic does not compare."""
    inspector = inspect(connection)
    return {
        table: sorted((check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table))
        for table in Base.metadata.tables
    }


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    upgrade(engine)
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    engine.dispose()


def test_servers_that_start_together_upgrade_once(empty_url: str) -> None:
    program = "import sys; from survey_db.store import open_store; open_store(sys.argv[1]).studies.all()"
    servers = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [server.communicate(timeout=60)[1] for server in servers]
    assert [server.returncode for server in servers] == [0] * 3, "\n".join(errors)


def test_a_database_newer_than_the_program_is_refused_and_left_alone(empty_url: str) -> None:
    store = open_store(empty_url)
    with for_writing(store.engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"newer than this program .*9999.* update the program"):
        open_store(empty_url)
    with store.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    store.engine.dispose()


def test_a_database_that_cannot_be_reached_is_reported_without_its_password() -> None:
    engine = open_engine(database_url("postgresql://user:secret@127.0.0.1:1/base"))
    with pytest.raises(DatabaseError, match="cannot be used") as caught:
        upgrade(engine)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear listener, this is certainly no database. " * 100)
    with pytest.raises(DatabaseError, match="cannot be used"):
        open_store(f"sqlite:///{file}")
