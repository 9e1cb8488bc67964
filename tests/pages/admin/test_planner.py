"""The planner, as a page of its own."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from survey_db.statistics.planning import PlannedStudy, needed_sentences, power_sentence
from tests.pages.tables import tables


def script() -> None:
    from pages.admin.planner import planner

    planner()


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_function(script, default_timeout=120).run()


def test_nothing_is_simulated_before_it_is_asked_for(page: AppTest) -> None:
    assert not page.exception
    assert not page.get("plotly_chart")


def test_listeners_needed_and_power_are_reported(page: AppTest) -> None:
    values = {"Guesses that will be right (%)": 40.0, "Genres to choose from": 6, "Listeners you can get": 20}
    for box in page.number_input:
        if box.label in values:
            box.set_value(values[box.label])
    page.button[0].click().run()
    assert not page.exception
    study = PlannedStudy(0.4, samples=6, offered=6)
    told = [line.value for line in page.markdown]
    assert told[-3:] == [*needed_sentences(study, 0.8), power_sentence(study, 20)]
    assert len(page.get("plotly_chart")) == 1
    assert tables(page)[0]["Listeners"].tolist() == ["5", "7", "10", "14", "20", "28", "40", "57", "80"]


def test_an_impossible_study_is_refused_in_a_sentence(page: AppTest) -> None:
    page.number_input[0].set_value(5.0)
    page.button[0].click().run()
    assert not page.exception
    assert "The share right must be above 10.0" in page.error[0].value
