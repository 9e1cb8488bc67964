"""Answers to a study's own questions in the tables, the codebook and the results."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pandas as pd
import pytest

from survey_db.genres import CANNOT_TELL
from survey_db.reporting.archive import study_archive
from survey_db.reporting.description import description
from survey_db.reporting.results import StudyData, read_study
from survey_db.reporting.sections import sections
from survey_db.running.gold_msi import REFERENCE, training_items
from survey_db.running.preregistration import Preregistration
from survey_db.running.questions import Question
from survey_db.running.simulated import Behaviour, play_listeners
from survey_db.statistics.selection import Filters
from survey_db.statistics.summary import summarise, to_plain
from survey_db.store import Store

MakeStudy = Callable[..., str]

QUESTIONS = (
    *training_items(),
    Question(name="age", text={"en": "How old are you?"}, kind="number", least=18, most=60),
    Question(name="home", text={"en": "Where?"}, options={"en": ["Here", "Elsewhere"]}, required=True),
    Question(name="liked", text={"en": "Did you like it?"}, kind="scale", moment="after", steps=5),
    Question(name="check", text={"en": "Choose 2."}, kind="scale", moment="after", expected=2),
    Question(name="remark", text={"en": "Remarks?"}, kind="text", moment="after"),
)


@pytest.fixture(scope="module")
def study(store: Store, make_study: MakeStudy) -> StudyData:
    slug = make_study(questions=QUESTIONS, cannot_tell=True, status="draft")
    store.preregistering.set(slug, Preregistration(hypotheses="More than blind."))
    store.studies.set_status(slug, "open")
    play_listeners(store, slug, 14, Behaviour(cannot_tell=0.2), seed=3)
    return read_study(store, slug)


@pytest.fixture(scope="module")
def files(study: StudyData) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(study_archive(study, {})))


def table(files: zipfile.ZipFile, name: str) -> pd.DataFrame:
    return pd.read_csv(files.open(name))


def test_the_report_says_what_the_zip_says(study: StudyData, files: zipfile.ZipFile) -> None:
    people = table(files, "data/description-participants_data.csv")
    assert people["excluded_by"].isna().all()
    section = description(study)[0]
    tables = {shown.name: shown.frame for shown in section.tables}
    numbers = tables["answers-in-numbers"].set_index("question")
    for label, column in (
        ("How old are you?", "q_age"),
        ("Did you like it?", "q_liked"),
        ("Gold-MSI musical training (7 to 49)", "msi_training"),
    ):
        assert numbers.loc[label, "mean"] == pytest.approx(people[column].mean())
        assert numbers.loc[label, "sd"] == pytest.approx(people[column].std())
        assert numbers.loc[label, "listeners"] == people[column].notna().sum()
    homes = tables["answers-to-home"].set_index("answer")["listeners"]
    assert homes.to_dict() == {
        "Here": (people["q_home"] == 1).sum(),
        "Elsewhere": (people["q_home"] == 2).sum(),
        "no answer": 0,
    }
    reverse = people[["q_msi_14", "q_msi_27"]].rsub(8).sum(axis="columns")
    forward = people[[f"q_msi_{item}" for item in (32, 33, 35, 36, 37)]].sum(axis="columns")
    assert (reverse + forward).tolist() == people["msi_training"].tolist()
    mean, sd = people["msi_training"].mean(), people["msi_training"].std()
    assert any(f"{mean:.2f} ± {sd:.2f} (mean ± SD)" in line for line in section.text)
    assert section.references == (REFERENCE,)


def test_the_codebook_says_what_the_numbers_mean(files: zipfile.ZipFile) -> None:
    codebook = table(files, "codebook.csv").set_index("column")
    assert codebook.loc["q_home", "values"] == "1 = Here; 2 = Elsewhere"
    assert codebook.loc["q_age", "values"] == "from 18 to 60"
    assert codebook.loc["msi_training", "values"] == "7 to 49"
    assert "attention check, of which 2 is the right answer" in codebook.loc["q_check", "meaning"]
    assert "reversed in its score" in codebook.loc["q_msi_14", "meaning"]
    assert codebook.loc["q_home", "type"] == "integer"


def test_the_effect_of_the_training_score_is_told_in_the_results(study: StudyData) -> None:
    (part,) = (
        part for part in sections(study.summarise(Filters())) if part.title == "What answers depend on"
    )
    (shown,) = (found.frame for found in part.tables if found.name == "effect-of-training-score")
    assert shown["effect"].unique() == ["each 10 points of musical training (Gold-MSI, 7 to 49)"]
    assert shown["on"].tolist() == ["rating (points)", "right guesses (percentage points)"]


def test_the_sheet_lists_the_questions(study: StudyData, files: zipfile.ZipFile) -> None:
    sheet = files.read("preregistration.md").decode()
    assert "- check (after, scale): Choose 2. Attention check: who does not answer 2 is left out." in sheet


def test_guesses_that_cannot_tell_are_wrong_everywhere_and_have_their_own_column(
    study: StudyData, files: zipfile.ZipFile
) -> None:
    answers = table(files, "data/description-responses_data.csv")
    unsure = int((answers["guess"] == CANNOT_TELL).sum())
    assert unsure > 5
    summary = study.summarise(Filters())
    assert summary.headline.right == (answers["guess"] == answers["intended_genre"]).sum()
    assert summary.confusion.offered == (*study.offered, CANNOT_TELL)
    assert sum(counts[-1] for counts in summary.confusion.counts) == unsure
    people = table(files, "data/description-participants_data.csv")
    again = summarise(
        answers.merge(people[["listener", "msi_training"]], on="listener", how="left"),
        study.offered,
        study=study.title,
        predictions=table(files, "data/description-predictions_data.csv"),
        training_levels=("none", "under_3", "3_to_10", "over_10"),
    )
    assert json.loads(json.dumps(to_plain(again))) == json.loads(files.read("results/statistics.json"))
