from __future__ import annotations

from survey_db.reporting.comparison import comparison_section
from survey_db.statistics.comparison import compare
from survey_db.statistics.intervals import Missing
from survey_db.statistics.selection import study_answers
from tests.survey_db.published_study import OFFERED, reconstructed_responses


def test_comparison_tells_differences_and_shows_them() -> None:
    responses = reconstructed_responses()
    shifted = responses.assign(rating=(responses["rating"] + 2).clip(1, 10))
    part = comparison_section(
        compare(study_answers(responses), study_answers(shifted), ("old", "new"), OFFERED)
    )
    ratings, recognition = part.text
    assert ratings.startswith("Mean rating: 6.17 in “old”, ")
    assert ratings.endswith("they differ.")
    assert recognition.endswith("no difference has been shown.")
    assert [chart.table.name for chart in part.charts] == [
        "difference-of-ratings",
        "difference-of-recognition",
    ]
    assert comparison_section(Missing("Nobody has answered new yet.")).text == (
        "Nobody has answered new yet.",
    )


def test_comparison_of_few_listeners_says_so() -> None:
    few = study_answers(reconstructed_responses()[:30])
    part = comparison_section(compare(few, few, ("old", "new"), OFFERED))
    assert all("An interval needs at least 12 listeners in each study" in line for line in part.text)
