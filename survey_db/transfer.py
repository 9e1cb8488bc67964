"""A study with all its data as one file, to go on with in another database, of whichever kind.

The file is a zip of ``study.json``, which holds the rows of each table, and of
the audio by its SHA-256. Other databases number their rows otherwise, so every
number is replaced when the study is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import StatementError

from survey_db.errors import ConflictError, SurveyError
from survey_db.faults import translated
from survey_db.packed_rows import FORM, SHARED, TABLES, Row, check_settings, read_rows
from survey_db.running.lookup import find_study
from survey_db.running.media import MAX_BYTES
from survey_db.schema import Base, Media, Sample, Study
from survey_db.store import Store
from survey_db.texts import is_slug

_ROWS = "study.json"
_MOST_ROWS = 2**28  # bytes of study.json: tens of thousands of listeners
# Of a zip that is damaged, encrypted or packed otherwise, of JSON, and of rows.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError),
    *(KeyError, TypeError, ValueError, AttributeError, OverflowError),
)
# What each number is called in the tables that refer to it.
_NUMBERED = {"study": "study_id", "system": "system_id", "listener": "listener_id", "sample": "sample_id"}
_REFERENCES = {"repeat_of_id": "sample", **{column: table for table, column in _NUMBERED.items()}}


def pack_study(store: Store, slug: str, file: str | os.PathLike[str]) -> None:
    """Write a study with its samples, listeners and answers to a new file.

    The file holds the secrets by which listeners go on: keep it as the database.

    Raises
    ------
    SurveyError
        If there is no such study, or the file cannot be made.
    """
    file = Path(file)
    with store.reading() as session:
        number = find_study(session, slug).id
    with translated(), store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # the state of one moment, as SQLite shows it anyway
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        rows = _rows_of(connection, number)
        try:
            with file.open("xb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                file.chmod(0o600)
                archive.writestr(_ROWS, json.dumps({"form": FORM, "tables": rows}, default=_plain))
                for row in rows["media"]:
                    content = connection.scalar(select(Media.content).where(Media.sha256 == row["sha256"]))
                    archive.writestr(f"media/{row['sha256']}", content or b"", zipfile.ZIP_STORED)
        except FileExistsError as error:
            raise SurveyError(f"{file} exists already; name a new file.") from error
        except OSError as error:
            raise SurveyError(f"{file} cannot be written ({error.strerror}).") from error


def unpack_study(store: Store, file: str | os.PathLike[str], slug: str | None = None) -> str:
    """Read a study that `pack_study` wrote; return its name in its link.

    Parameters
    ----------
    store : Store
        A database that has not got it.
    file : str or os.PathLike
        The file.
    slug : str, optional
        Another name for its link.

    Raises
    ------
    SurveyError
        If the file is none, or something of it is in the database already; nothing is read then.
    """
    file = Path(file)
    try:
        with zipfile.ZipFile(file) as archive:
            rows = read_rows(json.loads(_unzipped(archive, _ROWS, _MOST_ROWS)))
            audio = {
                row["sha256"]: _unzipped(archive, f"media/{row['sha256']}", MAX_BYTES)
                for row in rows["media"]
            }
    except OSError as error:
        raise SurveyError(f"{file} cannot be read ({error.strerror}).") from error
    except _UNREADABLE as error:
        raise SurveyError(f"{file} is no study that was packed by this version.") from error
    if any(hashlib.sha256(content).hexdigest() != sha256 for sha256, content in audio.items()):
        raise SurveyError(f"{file} is damaged: its audio is not what was packed.")
    (study,) = rows["study"]
    name = slug or str(study["slug"])
    if not is_slug(name):
        raise SurveyError("The name in a study's link has small letters, digits and hyphens.")
    study["slug"] = name
    for row in rows["media"]:
        row["content"] = audio[row["sha256"]]
    try:
        with store.writing() as session:
            if session.scalar(select(Study.id).where(Study.slug == name)) is not None:
                raise SurveyError(f"There is a study “{name}” already; give this one another name.")
            connection = session.connection()
            tokens = [row["token"] for row in rows["listener"]]
            if tokens and _any_held(connection, Base.metadata.tables["listener"], "token", tokens):
                raise SurveyError("The listeners of this study are in this database already.")
            for name_of_shared in SHARED:
                _insert_new(connection, Base.metadata.tables[name_of_shared], rows[name_of_shared])
            _insert_rows(connection, rows)
            check_settings(find_study(session, name))
    except ConflictError as error:
        raise SurveyError(f"{file} is damaged: its rows do not fit together.") from error
    except SurveyError:
        raise
    except (StatementError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SurveyError(f"{file} is damaged: its rows do not fit together.") from error
    return name


def _rows_of(connection: Connection, number: int) -> dict[str, list[Row]]:
    """Return the rows of every table that belong to a study."""
    found: dict[str, list[Row]] = {}
    for table in TABLES:
        if table.name == "study":
            mine = table.c.id == number
        elif "study_id" in table.c:
            mine = table.c.study_id == number
        else:
            mine = table.c.sample_id.in_(select(Sample.id).where(Sample.study_id == number))
        query = select(table).where(mine).order_by(*table.primary_key)
        found[table.name] = [dict(row) for row in connection.execute(query).mappings()]
    for name, key in zip(SHARED, ("consent_sha256", "media_sha256"), strict=True):
        table = Base.metadata.tables[name]
        wanted = {row[key] for row in found["listener" if name == "consent_text" else "sample"]}
        columns = [column for column in table.c if column.name != "content"]
        query = select(*columns).where(table.c.sha256.in_(wanted - {None}))
        found[name] = [dict(row) for row in connection.execute(query).mappings()]
    return found


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the file")


def _unzipped(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return a file of an archive, which may claim any size and hold any other."""
    if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("packed otherwise")
    with archive.open(name) as packed:
        content = packed.read(most + 1)
    if len(content) > most:
        raise ValueError("far too large")
    return content


def _any_held(connection: Connection, table: Table, column: str, values: list[str]) -> bool:
    step = 500  # SQLite takes so many values at a time
    return any(
        connection.scalar(
            select(func.count()).select_from(table).where(table.c[column].in_(values[at : at + step]))
        )
        for at in range(0, len(values), step)
    )


def _insert_new(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert what is known by its SHA-256, unless it is there."""
    for row in rows:
        if not _any_held(connection, table, "sha256", [row["sha256"]]):
            connection.execute(insert(table), row)


def _insert_rows(connection: Connection, rows: Mapping[str, list[Row]]) -> None:
    """Insert the rows of a study under the numbers that this database gives them."""
    numbers: dict[str, dict[int, int]] = {name: {} for name in _NUMBERED}
    for table in TABLES:
        # A repeat comes after what it repeats.
        for row in sorted(rows[table.name], key=lambda row: row.get("repeat_of_id") is not None):
            new = {
                name: numbers[_REFERENCES[name]][value]
                if name in _REFERENCES and value is not None
                else value
                for name, value in row.items()
                if name != "id"
            }
            done = connection.execute(insert(table), new)
            if table.name in numbers and done.inserted_primary_key is not None:
                numbers[table.name][row["id"]] = done.inserted_primary_key[0]
