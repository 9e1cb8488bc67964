"""Responses and results as files: CSV, Parquet and JSON, with a data dictionary."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence

import pandas as pd

from survey_db.statistics.selection import COLUMNS
from survey_db.statistics.summary import Plain
from survey_db.vocabulary import DEVICES, MAX_RATING, MIN_RATING, MUSICAL_TRAINING

# What spreadsheets take for the start of a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_KINDS: Mapping[str, str] = {"i": "integer", "f": "number", "b": "true or false", "M": "moment"}
_VALUES: Mapping[str, str] = {
    "rating": f"{MIN_RATING} to {MAX_RATING}",
    "position": "1 and up",
    "intervals_heard": "JSON, such as [[0.0, 30.0], [0.0, 4.2]]",
    "control": "none, low_anchor, high_anchor, repeat",
    "musical_training": ", ".join(MUSICAL_TRAINING),
    "device": ", ".join(DEVICES),
    **dict.fromkeys(("answered_at", "consented_at", "last_seen_at", "completed_at"), "ISO 8601, UTC"),
}


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8, with nothing in it that a spreadsheet would execute.

    Texts that start like a formula get a leading apostrophe, which
    spreadsheets take as "this is text". Numbers stay as they are.
    """
    defused = frame.copy()
    defused.columns = pd.Index([defuse(str(name)) for name in frame.columns])
    for place, (_, column) in enumerate(frame.items()):
        if not pd.api.types.is_numeric_dtype(column) and not isinstance(column.dtype, pd.DatetimeTZDtype):
            defused.isetitem(place, [_defuse_cell(cell) for cell in column])
    # With RFC 4180's line ends, a lone carriage return in a text is quoted and starts no new row.
    return defused.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%S.%fZ", lineterminator="\r\n").encode()


def defuse(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def parquet_bytes(responses: pd.DataFrame) -> bytes:
    """Return responses as Parquet, each column with its meaning as field metadata.

    Texts are kept as they were written: Parquet knows no formulas.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(responses, preserve_index=False)
    fields = [
        # A column without a single value has no type of its own; in this table it is text.
        pa.field(field.name, pa.string() if pa.types.is_null(field.type) else field.type).with_metadata(
            {"description": COLUMNS[field.name]}
        )
        for field in table.schema
    ]
    buffer = io.BytesIO()
    pq.write_table(table.cast(pa.schema(fields, metadata=table.schema.metadata)), buffer)
    return buffer.getvalue()


def data_dictionary(responses: pd.DataFrame) -> pd.DataFrame:
    """Return one row per column of the responses: its name, type, values and meaning."""
    return pd.DataFrame(
        {
            "column": list(COLUMNS),
            "type": [value_kind(responses[name]) for name in COLUMNS],
            "values": [values_of(name) for name in COLUMNS],
            "meaning": list(COLUMNS.values()),
        }
    )


def value_kind(column: pd.Series) -> str:
    """Return what a column holds, in words."""
    return _KINDS.get(column.dtype.kind, "text")


def values_of(column: str) -> str:
    """Return which values a column of that name can hold, in words; empty where its kind says it."""
    return _VALUES.get(column, "")


def json_text(plain: Plain | Sequence[Plain]) -> str:
    """Return results in their plain form as JSON that any reader takes."""
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _defuse_cell(cell: object) -> object:
    return defuse(cell) if isinstance(cell, str) else cell
