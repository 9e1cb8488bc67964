"""Systems compared, in words, figures and tables."""

from __future__ import annotations

from dataclasses import replace

from survey_db.reporting.sections import sections
from survey_db.reporting.systems import (
    differences_table,
    means_table,
    ranking_sentence,
    systems_section,
)
from survey_db.statistics.intervals import Missing
from survey_db.statistics.systems import compare_systems
from tests.survey_db.compared_systems import compared_systems, system_answers
from tests.survey_db.published_study import reconstructed_summary


def test_the_ranking_says_what_is_shown_and_what_is_not() -> None:
    found = compared_systems().ratings
    sentence = ranking_sentence(found)
    first, second, third = found.means
    assert first.system == "Ours"
    start = (
        f"By mean rating: Ours ({first.estimate:.2f}), then {second.system} ({second.estimate:.2f}), then "
    )
    assert sentence.startswith(start)
    assert f"it is shown that Ours is above {second.system} (by " in sentence
    assert f"and Ours is above {third.system} (by " in sentence
    assert f"No difference has been shown between {second.system} and {third.system} (p = " in sentence
    recognition = ranking_sentence(compared_systems().recognition)
    assert "is above" not in recognition
    assert recognition.count(" and ") >= 3


def test_without_a_model_the_ranking_speaks_of_these_clips() -> None:
    found = replace(compared_systems().ratings, differences=Missing("No model."))
    assert "For other listeners of these clips it is shown that Ours is above" in ranking_sentence(found)
    assert ranking_sentence(replace(found, within_listeners=Missing("None at all."))).endswith("None at all.")


def test_the_section_has_two_charts_an_outcome_and_their_tables() -> None:
    section = systems_section(compared_systems())
    assert [chart.table.name for chart in section.charts] == [
        "systems-by-rating",
        "system-differences-by-rating",
        "systems-by-recognition",
        "system-differences-by-recognition",
    ]
    for chart in section.charts:
        assert len(chart.figure.data[0].x) == 3
        assert chart.alt
    assert "6 compositions have more than one rendering" in " ".join(section.text)


def test_tables_tell_both_kinds_of_intervals() -> None:
    found = compared_systems()
    table = differences_table(found.ratings).frame
    assert table["holds_for"].value_counts().to_dict() == {
        "other listeners and compositions": 3,
        "other listeners, these clips": 3,
    }
    assert (table["low"] < table["difference"]).all()
    assert set(table[table["shown"] == "yes"]["system"]) == {"Ours"}
    printed = means_table(found.recognition).printed()
    assert printed["Model mean"].str.endswith("%").all()
    assert list(printed["Answers"]) == [str(mean.answers) for mean in found.recognition.means]


def test_what_limits_the_comparison_is_said() -> None:
    answers = system_answers()
    found = compare_systems(answers.assign(intended_genre=answers["system"]))
    assert found is not None
    told = " ".join(systems_section(replace(found, left_out=12)).text)
    assert "differ in their genres" in told
    assert "12 answers to samples that name no system are left out" in told
    few = compare_systems(answers[answers["listener"] < 8])
    assert few is not None
    assert "at least 12 listeners, not 8." in " ".join(systems_section(few).text)


def test_names_cannot_smuggle_markup_into_figures() -> None:
    found = compared_systems()
    means = tuple(replace(mean, system=f"<b>{mean.system}</b>") for mean in found.ratings.means)
    section = systems_section(replace(found, ratings=replace(found.ratings, means=means)))
    assert "&lt;b&gt;Ours&lt;/b&gt;" in section.charts[0].figure.data[0].y


def test_only_a_study_of_several_systems_has_the_section() -> None:
    summary = reconstructed_summary()
    assert summary.systems is None
    assert "Systems compared" not in [section.title for section in sections(summary)]
    compared = replace(summary, systems=compared_systems())
    assert [section.title for section in sections(compared)][1] == "Systems compared"
