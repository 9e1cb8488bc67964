"""A study as one zip: complete, described, and enough to repeat its headline."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from survey_db.reporting.archive import consent_versions, study_archive
from survey_db.reporting.description import description, participants_section, stimuli_section
from survey_db.reporting.report import html_report
from survey_db.reporting.results import read_study
from survey_db.reporting.sections import sections
from survey_db.running.recruitment import Recruitment
from survey_db.statistics.headline import Headline
from survey_db.statistics.selection import Filters
from survey_db.statistics.summary import StudyStatistics, summarise, to_plain
from survey_db.store import Store
from survey_db.vocabulary import MUSICAL_TRAINING
from tests.survey_db.material import begin
from tests.survey_db.published_store import store_published_study
from tests.survey_db.reporting.psych_ds import psych_ds_errors

IDENTIFIER = "5f1e-of-the-platform"


@pytest.fixture(scope="module")
def slug(store: Store) -> str:
    name = store_published_study(store, slug="zipped", title="=Zipped", status="open")
    store.recruiting.set(name, Recruitment(identifiers=["PID"]))
    begin(store, name, consent="# What I agree to", language="de", identifiers={"PID": IDENTIFIER})
    store.studies.set_status(name, "closed")
    return name


@pytest.fixture(scope="module")
def folder(store: Store, slug: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("zip")
    data = study_archive(read_study(store, slug), consent_versions(store, slug))
    zipfile.ZipFile(io.BytesIO(data)).extractall(where)
    return where


def test_every_table_is_there_and_every_column_described(folder: Path) -> None:
    codebook = pd.read_csv(folder / "codebook.csv", keep_default_na=False)
    tables = {path.name: pd.read_csv(path) for path in (folder / "data").iterdir()}
    assert {re.fullmatch(r"description-([a-z]+)_data.csv", name)[1] for name in tables} == set(
        codebook["table"]
    )
    for table, columns in codebook.groupby("table", sort=False):
        assert list(tables[f"description-{table}_data.csv"].columns) == columns["column"].tolist()
    assert (codebook["meaning"] != "").all()
    assert len(tables["description-participants_data.csv"]) == 33
    description = json.loads((folder / "dataset_description.json").read_text(encoding="utf-8"))
    described = {variable["name"] for variable in description["variableMeasured"]}
    assert set(codebook["column"]) == described


def test_the_folder_keeps_to_the_rules_of_psych_ds(folder: Path) -> None:
    assert psych_ds_errors(folder) == []
    (folder / "data" / "answers.csv").write_text("study,what\n1,2,3\n", encoding="utf-8")
    try:
        assert psych_ds_errors(folder) == [
            "FILENAME_KEYWORD_FORMATTING_ERROR: answers.csv",
            "CSV_COLUMN_MISSING_FROM_METADATA: answers.csv: what",
            "CSV_HEADER_LENGTH_MISMATCH: answers.csv: row 2",
        ]
    finally:
        (folder / "data" / "answers.csv").unlink()


def test_the_consent_texts_are_those_that_the_tables_name(folder: Path) -> None:
    (text,) = (folder / "consent").iterdir()
    assert text.read_text(encoding="utf-8") == "# What I agree to"
    participants = pd.read_csv(folder / "data" / "description-participants_data.csv")
    assert set(participants["consent_version"].dropna()) == {text.stem}


@pytest.fixture(scope="module")
def again(folder: Path) -> StudyStatistics:
    """Every statistic, computed from the files alone."""
    description = json.loads((folder / "dataset_description.json").read_text(encoding="utf-8"))
    (offered,) = (
        variable["valueReference"]
        for variable in description["variableMeasured"]
        if variable["name"] == "guess"
    )
    return summarise(
        pd.read_csv(folder / "data" / "description-responses_data.csv"),
        offered,
        study=description["name"],
        predictions=pd.read_csv(folder / "data" / "description-predictions_data.csv"),
        training_levels=tuple(MUSICAL_TRAINING),
    )


def test_every_statistic_is_repeated_from_the_files_alone(folder: Path, again: StudyStatistics) -> None:
    kept = json.loads((folder / "results" / "statistics.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(to_plain(again))) == kept


def test_every_number_of_the_report_is_repeated_from_the_files_alone(
    store: Store, slug: str, folder: Path, again: StudyStatistics
) -> None:
    study = read_study(store, slug)
    report = html_report(study.summarise(Filters()), datetime(2026, 3, 1, tzinfo=UTC), description(study))
    participants, stimuli, predictions = (
        pd.read_csv(folder / "data" / f"description-{name}_data.csv")
        for name in ("participants", "stimuli", "predictions")
    )
    for name in ("consented_at", "last_seen_at", "completed_at"):
        participants[name] = pd.to_datetime(participants[name])
    parts = [*sections(again), participants_section(participants), stimuli_section(stimuli, predictions)]
    said = unescape(re.sub(r"</?strong>", "", report))
    for part in parts:
        for line in part.text:
            assert line.replace("**", "") in said
        for chart in part.charts:
            assert chart.alt in said
    shown = [table for part in parts for table in (*(chart.table for chart in part.charts), *part.tables)]
    assert len(shown) > 10
    for table in shown:
        assert table.printed().to_html(index=False, border=0) in report


def test_the_scripts_repeat_the_headline(store: Store, slug: str, folder: Path) -> None:
    head = read_study(store, slug).summarise(Filters())
    assert isinstance(head.headline, Headline)
    expected = {
        "listeners": 32,
        "answers": 192,
        "mean_rating": head.headline.mean_rating,
        "rating_sd": head.headline.rating_sd,
        "share_right": head.headline.share_right,
        "expected_blind": head.recognition.overall.expected,
    }
    commands = [[sys.executable, "analysis/headline.py"]]
    if shutil.which("Rscript"):
        commands.append(["Rscript", "analysis/headline.R"])
    for command in commands:
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
        found = dict(line.split(": ") for line in said.splitlines())
        assert {name: float(value) for name, value in found.items()} == pytest.approx(expected, rel=1e-5)


def test_equal_data_give_equal_bytes_and_no_identifier_is_in_them(store: Store, slug: str) -> None:
    first, second = (study_archive(read_study(store, slug), consent_versions(store, slug)) for _ in range(2))
    assert first == second
    archive = zipfile.ZipFile(io.BytesIO(first))
    assert not [name for name in archive.namelist() if IDENTIFIER.encode() in archive.read(name)]
