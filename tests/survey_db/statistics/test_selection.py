from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from survey_db.reporting.responses import RESPONSE_COLUMNS
from survey_db.statistics.selection import (
    COLUMNS,
    Filters,
    in_counting_order,
    listener_totals,
    select,
    study_answers,
)


@pytest.fixture
def marked(published_responses: pd.DataFrame) -> pd.DataFrame:
    """The reconstruction with one preview, one broken-off listener and one who failed the checks."""
    responses = published_responses.copy()
    responses.loc[responses["listener"] == "L01", "is_test"] = True
    responses.loc[responses["listener"] == "L02", "session_complete"] = False
    responses.loc[responses["listener"] == "L03", "passed_checks"] = False
    return responses


def test_columns_are_those_of_the_responses(published_responses: pd.DataFrame) -> None:
    assert list(published_responses.columns) == list(COLUMNS) == list(RESPONSE_COLUMNS)


def test_previews_never_count(marked: pd.DataFrame) -> None:
    assert set(marked["listener"]) - set(select(marked, Filters())["listener"]) == {"L01"}


def test_each_filter_leaves_out_its_own(marked: pd.DataFrame) -> None:
    complete = select(marked, Filters(complete_only=True))["listener"].unique()
    passed = select(marked, Filters(passed_checks_only=True))["listener"].unique()
    assert "L02" not in complete
    assert "L03" in complete
    assert "L03" not in passed
    assert "L02" in passed


def test_days_are_whole_and_both_ends_count(published_responses: pd.DataFrame) -> None:
    chosen = select(published_responses, Filters(first_day=date(2020, 3, 3), last_day=date(2020, 3, 4)))
    assert set(chosen["answered_at"].dt.date) == {date(2020, 3, 3), date(2020, 3, 4)}
    assert len(chosen) == 2 * 4 * 6


def test_filters_are_reported_in_words() -> None:
    assert Filters().describe() == "complete and broken-off sessions"
    told = Filters(complete_only=True, passed_checks_only=True, first_day=date(2026, 1, 2)).describe()
    assert told == "complete sessions only, listeners who passed the checks only, from 2026-01-02"


def test_control_items_are_no_study_answers(published_responses: pd.DataFrame) -> None:
    responses = published_responses.copy()
    responses.loc[responses["sample"] == "Sample 6", "control"] = "low_anchor"
    answers = study_answers(responses)
    assert "Sample 6" not in answers["sample"].cat.categories
    assert answers["right"].sum() == 63 - 6


def test_samples_come_in_counting_order() -> None:
    assert in_counting_order(["Sample 10", "Sample 9", "B", "Sample 1", "A 2b"]) == [
        "A 2b",
        "B",
        "Sample 1",
        "Sample 9",
        "Sample 10",
    ]


def test_totals_of_each_listener(published_answers: pd.DataFrame) -> None:
    totals, counts = listener_totals(published_answers)
    assert totals.shape == (32, 2)
    assert totals[:, 0].sum() == published_answers["rating"].sum()
    assert totals[:, 1].sum() == 63
    assert set(counts) == {6}
