"""What the validator of Psych-DS (psychds-validator, schema 1.4) takes for errors or for names of no meaning.

The validator itself runs on Node and is in no package that the tests can install; these are its rules in
``rules.errors``, ``rules.files`` and ``rules.compiled_metadata``, by the codes that it prints.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

FILE_NAME = re.compile(r"([a-z]+-[a-zA-Z0-9]+)(_[a-z]+-[a-zA-Z0-9]+)*_data\.csv")
KEYWORDS = {"study", "site", "subject", "session", "task", "condition", "trial", "stimulus", "description"}
REQUIRED = ("name", "description", "variableMeasured")
# Of the properties that schema.org has for a Dataset, those that Psych-DS requires or recommends.
KNOWN = {*REQUIRED, "schemaVersion", "author", "citation", "license", "funder", "url", "identifier"} | {
    "privacyPolicy",
    "keywords",
}


def psych_ds_errors(folder: Path) -> list[str]:
    """Return what is wrong with a data set."""
    return [*_of_metadata(folder), *_of_tables(folder)]


def _of_metadata(folder: Path) -> Iterator[str]:
    if not list(folder.glob("README*")):
        yield "MISSING_README_DOC"
    metadata = _metadata(folder)
    if not re.fullmatch(r"https?://schema\.org/?", metadata.get("@context", "")):
        yield "INVALID_JSONLD_FORMATTING"
    if metadata.get("@type") != "Dataset":
        yield "INCORRECT_DATASET_TYPE"
    for name in REQUIRED:
        if not metadata.get(name):
            yield f"JSON_KEY_REQUIRED: {name}"
    for name in metadata.keys() - KNOWN - {"@context", "@type"}:
        yield f"INVALID_SCHEMAORG_PROPERTY: {name}"
    for variable in metadata["variableMeasured"]:
        if variable.get("@type") != "PropertyValue":
            yield f"OBJECT_TYPE_MISSING: {variable}"


def _of_tables(folder: Path) -> Iterator[str]:
    described = {variable["name"] for variable in _metadata(folder)["variableMeasured"]}
    files = sorted((folder / "data").rglob("*.csv"))
    if not files:
        yield "MISSING_DATAFILE"
    for file in files:
        if not FILE_NAME.fullmatch(file.name):
            yield f"FILENAME_KEYWORD_FORMATTING_ERROR: {file.name}"
        elif strange := {part.split("-")[0] for part in file.name.split("_")[:-1]} - KEYWORDS:
            yield f"FILENAME_UNOFFICIAL_KEYWORD_WARNING: {strange}"
        with file.open(encoding="utf-8", newline="") as opened:  # no byte order mark: it would be in a name
            header, *rows = csv.reader(opened)
        if not header:
            yield f"CSV_HEADER_MISSING: {file.name}"
        for name in header:
            if name not in described:
                yield f"CSV_COLUMN_MISSING_FROM_METADATA: {file.name}: {name}"
        for number, row in enumerate(rows, 2):
            if len(row) != len(header):
                yield f"CSV_HEADER_LENGTH_MISMATCH: {file.name}: row {number}"
        if "row_id" in header:
            identities = [row[header.index("row_id")] for row in rows]
            if len(set(identities)) < len(identities):
                yield f"ROWID_VALUES_NOT_UNIQUE: {file.name}"


def _metadata(folder: Path) -> dict:
    return json.loads((folder / "dataset_description.json").read_text(encoding="utf-8"))
