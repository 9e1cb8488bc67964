"""All that is known of a study as one zip, in the form of Psych-DS, for a repository or a reviewer.

The tables are in ``data/``, named as Psych-DS asks
(https://psych-ds.github.io); ``dataset_description.json`` tells what each of
their columns means, and ``codebook.csv`` tells it as a table.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from survey_db.genres import GENRES
from survey_db.reporting.export import csv_bytes, json_text, value_kind, values_of
from survey_db.reporting.participants import PARTICIPANT_COLUMNS
from survey_db.reporting.questionnaire import question_columns, question_values
from survey_db.reporting.report import software
from survey_db.reporting.responses import VERSION_LENGTH
from survey_db.reporting.results import StudyData
from survey_db.reporting.sequential import sequential_result
from survey_db.reporting.stimuli import STIMULUS_COLUMNS
from survey_db.running.preregistration import sheet
from survey_db.statistics.selection import COLUMNS, Filters
from survey_db.statistics.summary import to_plain
from survey_db.store import Store

PREDICTION_COLUMNS: dict[str, str] = {
    "study": "short name of the study",
    "sample": "label of the sample within its study",
    "model": "name of the classifier",
    "version": "beginning of the SHA-256 of its weights; empty where it was not kept",
    **{genre: f"share that the classifier gives to {genre}, from 0 to 1" for genre in GENRES},
}

# The moment of every file in the zip, so that equal data give equal bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)

_README = """{title}

All answers of a listening study, with what is needed to check what is said of them.

data/description-responses_data.csv     one row per answer
data/description-participants_data.csv  one row per listener who agreed to take part
data/description-stimuli_data.csv       one row per clip
data/description-predictions_data.csv   what each classifier said of each clip
codebook.csv                      what each column means
dataset_description.json          the same, in the form of Psych-DS
preregistration.md                what was planned before the study was opened, where something was
consent/                          what listeners agreed to, word for word, by version
results/statistics.json           every statistic, of all answers that count
results/sequential.json           the sequential test, where one was planned
analysis/headline.py, headline.R  repeat the headline from the tables

Answers of previews (is_test), of people who had seen the genres before (is_retake) and of those who missed
an attention check (is_inattentive) are in the tables, and in no result. No name, e-mail address, internet
address or identifier of a recruiting platform is in any file.
Texts that a spreadsheet would execute have an apostrophe before them.

Made by {software}
"""


def study_archive(study: StudyData, consents: Mapping[str, str]) -> bytes:
    """Return a study as a zip.

    Parameters
    ----------
    study : StudyData
        The study as `survey_db.reporting.results.read_study` reads it.
    consents : mapping of str to str
        The consent texts that its listeners agreed to, by the versions that the
        tables name.
    """
    tables = {
        "responses": (study.responses, COLUMNS),
        "participants": (study.participants, PARTICIPANT_COLUMNS | question_columns(study.questions)),
        "stimuli": (study.stimuli, STIMULUS_COLUMNS),
        "predictions": (study.predictions, PREDICTION_COLUMNS),
    }
    values = question_values(study.questions)
    codebook = pd.concat(
        [_codebook(name, frame, columns, values) for name, (frame, columns) in tables.items()]
    )
    here = Path(__file__).parent
    files: dict[str, str | bytes] = {
        "README.md": _README.format(title=study.title, software=software()),
        "dataset_description.json": json_text(_description(study, codebook)),
        "codebook.csv": csv_bytes(codebook),
        **{f"data/description-{name}_data.csv": csv_bytes(frame) for name, (frame, _) in tables.items()},
        **{f"consent/{version}.md": text for version, text in consents.items()},
        **(
            {"preregistration.md": sheet(study.title, study.plan, study.questions)}
            if not study.plan.empty
            else {}
        ),
        **(
            {"results/sequential.json": json_text(to_plain(sequential))}
            if (sequential := sequential_result(study))
            else {}
        ),
        "results/statistics.json": json_text(to_plain(study.summarise(Filters()))),
        "analysis/headline.py": (here / "headline_script.py").read_text(encoding="utf-8"),
        "analysis/headline.R": (here / "headline.R").read_text(encoding="utf-8"),
    }
    return _zip(files)


def consent_versions(store: Store, slug: str) -> dict[str, str]:
    """Return the consent texts that listeners of a study agreed to, by the versions that the tables name."""
    return {version.sha256[:VERSION_LENGTH]: version.text for version in store.wordings.consents(slug)}


def _codebook(
    name: str, frame: pd.DataFrame, columns: Mapping[str, str], values: Mapping[str, str]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "table": name,
            "column": list(columns),
            "type": [value_kind(frame[column]) for column in columns],
            "values": [values.get(column) or values_of(column) for column in columns],
            "meaning": list(columns.values()),
        }
    )


def _description(study: StudyData, codebook: pd.DataFrame) -> dict[str, Any]:
    """Return the metadata that Psych-DS asks for: a schema.org data set."""
    # A column of several tables has one entry.
    variables = codebook.drop_duplicates("column")
    measured: list[dict[str, Any]] = [
        {"@type": "PropertyValue", "name": row.column, "description": row.meaning}
        for row in variables.itertuples()
    ]
    for variable in measured:
        if variable["name"] == "guess":
            variable["valueReference"] = list(study.offered)
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": study.title,
        "description": f"Answers to the listening study “{study.title}”: genres named and ratings given.",
        "schemaVersion": "Psych-DS 0.4.0",
        "keywords": ["listening study", "music", "genre recognition", "musicality"],
        "variableMeasured": measured,
    }


def _zip(files: Mapping[str, str | bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(info, content)
    return archive.getvalue()
