"""The sequential test of a stored study: planned, advised on, reported, and repeated from the zip."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pandas as pd
import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.archive import study_archive
from survey_db.reporting.description import description
from survey_db.reporting.report import html_report
from survey_db.reporting.results import StudyData, read_study
from survey_db.reporting.sequential import sequential_advice, sequential_result, sequential_section
from survey_db.running.preregistration import Preregistration, sheet
from survey_db.running.simulated import Behaviour, play_listeners
from survey_db.statistics.selection import Filters, select, study_answers
from survey_db.statistics.sequential import sequential_test
from survey_db.statistics.summary import to_plain
from survey_db.store import Store
from tests.survey_db.material import begin, listen

MakeStudy = Callable[..., str]
PLAN = Preregistration(planned_listeners=9, sequential_level=0.05, sequential_least=3)


@pytest.fixture(scope="module")
def study(store: Store, make_study: MakeStudy) -> StudyData:
    slug = make_study(status="draft")
    store.preregistering.set(slug, PLAN)
    store.studies.set_status(slug, "open")
    play_listeners(store, slug, 8, Behaviour(hears=0.9))
    token = begin(store, slug)
    store.listening.answer(token, listen(store, slug, token), guess="rock", rating=5)
    return read_study(store, slug)


def test_administrators_learn_whether_to_go_on(study: StudyData) -> None:
    found = sequential_result(study)
    assert found is not None
    assert (found.listeners, found.reached_at) == (8, 3)
    assert sequential_advice(found, 9).endswith("It got there with session 3: **close the study.**")
    answers = study_answers(select(study.responses, Filters(complete_only=True)))
    undecided = sequential_test(answers, 0.01, least=9)
    assert sequential_advice(undecided, 20).endswith("Nothing is decided before session 9: **go on.**")
    assert "All 8 sessions" in sequential_advice(undecided, 8)
    assert "Nobody has completed" in sequential_advice(sequential_test(answers.iloc[:0], 0.05), 9)


def test_the_test_is_repeated_from_the_zip_alone(study: StudyData) -> None:
    files = zipfile.ZipFile(io.BytesIO(study_archive(study, {})))
    responses = pd.read_csv(files.open("data/description-responses_data.csv"), parse_dates=["answered_at"])
    again = sequential_test(study_answers(select(responses, Filters(complete_only=True))), 0.05, 3)
    kept = json.loads(files.read("results/sequential.json"))
    assert json.loads(json.dumps(to_plain(again))) == kept
    assert "reaches 20, from session 3 on, or after 9 complete sessions" in files.read(
        "preregistration.md"
    ).decode().replace("\n", " ")


def test_report_and_results_say_what_to_report(study: StudyData) -> None:
    section = description(study)[0]
    assert section.title == "Sequential test"
    assert "valid whenever the study is closed is less than 0.001" in section.text[1]
    (chart,) = section.charts
    assert chart.table.frame["evidence"].tolist() == list(sequential_result(study).evidence)
    page = html_report(study.summarise(Filters()), study.opened_at, description(study))
    assert "test martingale with listeners as units" in page
    assert "Estimating means of bounded random variables by betting" in page


def test_without_a_plan_there_is_no_such_test(store: Store, make_study: MakeStudy) -> None:
    study = read_study(store, make_study())
    assert sequential_section(study) is None
    assert "Sequential" not in sheet("A study", Preregistration(hypotheses="More than blind."))


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (Preregistration(sequential_level=0.05), "how many listeners it has at most"),
        (Preregistration(sequential_level=0.2, planned_listeners=20), "5% or 1%"),
        (Preregistration(sequential_level=0.05, planned_listeners=20, sequential_least=21), "decides from"),
    ],
)
def test_unfit_rules_are_refused(
    store: Store, make_study: MakeStudy, plan: Preregistration, reason: str
) -> None:
    with pytest.raises(SurveyError, match=reason):
        store.preregistering.set(make_study(status="draft"), plan)
