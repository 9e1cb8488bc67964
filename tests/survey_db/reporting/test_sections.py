from __future__ import annotations

import pytest

from survey_db.reporting.sections import sections
from survey_db.statistics.conclusions import genre_conclusion, musical_conclusion, sample_conclusion
from survey_db.statistics.published import PUBLISHED
from survey_db.statistics.summary import summarise
from tests.survey_db.published_study import (
    OFFERED,
    TRAINING_LEVELS,
    reconstructed_responses,
    reconstructed_summary,
)


def test_the_two_questions_come_first() -> None:
    summary = reconstructed_summary()
    first = sections(summary)[0]
    assert first.text == (
        f"**Is it musical?** {musical_conclusion(summary)}",
        f"**Can a listener hear which genre it learned from?** {genre_conclusion(summary)}",
        sample_conclusion(summary.recognition.by_sample),
        f"**What the published figures show.** {PUBLISHED.what_it_shows()}",
    )
    assert first.tables[0].name == "headline"


def test_every_part_of_a_full_study_is_reported_with_charts_in_words_and_tables() -> None:
    parts = sections(reconstructed_summary())
    assert len({part.title for part in parts}) == 10
    charts = [chart for part in parts for chart in part.charts]
    assert len(charts) == 6
    for chart in charts:
        assert chart.alt.endswith(".")
        assert not chart.table.printed().empty
    shown = [table.name for part in parts for table in part.tables] + [chart.table.name for chart in charts]
    assert len(set(shown)) == len(shown)


def test_no_sentence_has_a_hole() -> None:
    for part in sections(reconstructed_summary()):
        for line in part.text:
            assert line.endswith(".")
            assert "nan" not in line.lower().split()
            assert "None" not in line


@pytest.mark.parametrize("answers", [0, 1, 2, 6, 13, 66])
def test_tiny_studies_say_what_cannot_be_computed_yet(answers: int) -> None:
    responses = reconstructed_responses()[:answers]
    summary = summarise(responses, OFFERED, training_levels=TRAINING_LEVELS)
    parts = {part.title: part for part in sections(summary)}
    if not answers:
        assert [part.text for part in parts.values()] == [
            (
                "Nobody has answered yet.",
                f"**What the published figures show.** {PUBLISHED.what_it_shows()}",
            )
        ]
        return
    told = " ".join(line for part in parts.values() for line in part.text)
    assert "No classifier has judged the samples of this study." in told
    assert "Self-consistency needs" in told
    assert ("The mixed model needs" in told) == (answers < 13)
    assert ("An interval over listeners needs at least 12" in told) == (answers < 67)
    for part in parts.values():
        for table in (*part.tables, *(chart.table for chart in part.charts)):
            assert not table.printed().isin(["nan", "NaN"]).any(axis=None)


def test_genres_get_a_chart_of_their_own_only_where_they_pool_samples() -> None:
    responses = reconstructed_responses()
    responses.loc[responses["intended_genre"] == "country", "intended_genre"] = "rock"
    pooled = sections(summarise(responses, OFFERED))[2]
    assert [chart.table.name for chart in pooled.charts] == ["recognition-by-sample", "recognition-by-genre"]
    assert [chart.table.name for chart in sections(reconstructed_summary())[2].charts] == [
        "recognition-by-sample"
    ]


def test_control_items_are_told_apart() -> None:
    (part,) = (part for part in sections(reconstructed_summary()) if part.title == "Control items")
    anchors = reconstructed_summary().controls.anchors
    for anchor, side in zip(anchors, ("above", "below"), strict=True):
        expected = f"{anchor.as_expected} of 32 listeners rate {anchor.sample} {side} the mean"
        assert any(line.startswith(expected) for line in part.text)
    assert "named the same genre in 32 of 32 cases" in part.text[-1]
