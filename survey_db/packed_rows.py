"""The rows of a packed study: which tables it has, and what may stand in them.

What a database is given otherwise passes the checks of `survey_db.running`; a
file from elsewhere may hold anything under the right names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column

from survey_db.running.preregistration import preregistration_of
from survey_db.running.questions import question_records, questions_of
from survey_db.running.recruitment import recruitment_of, recruitment_record
from survey_db.schema import Base, Study, UtcDateTime
from survey_db.texts import clean, clean_record

FORM = "generative-music-network study"
SHARED = ("consent_text", "media")
"""Tables whose rows studies have in common, each known by its SHA-256."""

TABLES = [table for table in Base.metadata.sorted_tables if table.name not in {"sign_in", *SHARED}]
"""The others, in the order in which they can be filled."""

_LISTS = {"questions", "shares", "intervals_heard"}
"""Columns that hold a list as JSON; the others of JSON hold a mapping."""

_MOST = 2**31  # whole numbers that both databases take

Row = dict[str, Any]


def read_rows(loaded: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Return the rows of a file, with each table's own columns, and moments in place of their texts.

    Raises
    ------
    KeyError, ValueError, TypeError
        If they are not those of this version.
    """
    if loaded["form"] != FORM:
        raise ValueError("another form")
    rows: dict[str, list[Row]] = {}
    for table in (*(Base.metadata.tables[name] for name in SHARED), *TABLES):
        columns = [column for column in table.c if column.name != "content"]
        rows[table.name] = [dict(row) for row in loaded["tables"][table.name]]
        for row in rows[table.name]:
            if set(row) != {column.name for column in columns}:
                raise ValueError("columns of another version")
            row |= {column.name: _read(column, row[column.name]) for column in columns}
    if len(rows["study"]) != 1:
        raise ValueError("not one study")
    return rows


def check_settings(study: Study) -> None:
    """Hold the settings of a study that are kept as JSON to what its administrator could have chosen.

    Raises
    ------
    SurveyError, TypeError, ValueError, AttributeError
        If they are others.
    """
    question_records(questions_of(study))
    recruitment_record(recruitment_of(study))
    preregistration_of(study)


def _read(column: Column[Any], value: Any) -> Any:
    """Return a value of a column as the database takes it."""
    if value is None and column.nullable:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    kind = column.type.python_type
    if isinstance(column.type, JSON):
        fits = isinstance(value, list if column.name in _LISTS else dict)
        value = clean_record(value)
    elif kind is str:
        fits = isinstance(value, str) and len(value) <= (getattr(column.type, "length", None) or len(value))
        value = clean(str(value))
    elif kind is float:
        fits = type(value) in (int, float) and math.isfinite(value)
    else:
        fits = type(value) is kind and (kind is not int or abs(value) < _MOST)
    if not fits:
        raise ValueError(f"{column} cannot hold that")
    return value
