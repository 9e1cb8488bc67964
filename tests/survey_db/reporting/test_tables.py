from __future__ import annotations

import re

import pytest

from survey_db.reporting import tables
from survey_db.reporting.parts import NOTHING, Table
from survey_db.statistics.blind import BlindTest
from survey_db.statistics.comparison import Difference
from survey_db.statistics.effects import Effects
from survey_db.statistics.headline import Headline, headline
from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.mixed import MixedModel
from survey_db.statistics.planning import PlannedStudy, planned_powers
from survey_db.statistics.published import PUBLISHED
from survey_db.statistics.recognition import recognition
from survey_db.statistics.selection import study_answers
from survey_db.statistics.summary import StudyStatistics
from survey_db.vocabulary import MUSICAL_TRAINING
from tests.survey_db.published_study import OFFERED, reconstructed_responses, reconstructed_summary


@pytest.fixture
def summary() -> StudyStatistics:
    return reconstructed_summary()


def all_tables(summary: StudyStatistics) -> list[Table]:
    found: Effects = summary.effects
    assert isinstance(summary.headline, Headline)
    blind = summary.recognition.overall
    assert isinstance(blind, BlindTest)
    assert isinstance(summary.human_machine, HumanMachine)
    assert isinstance(found.model, MixedModel)
    assert not isinstance(found.training, Missing)
    assert not isinstance(summary.plans, Missing)
    return [
        tables.headline_table(summary.headline, blind, summary.published),
        tables.recognition_table("recognition-by-sample", summary.recognition.by_sample),
        tables.recognition_table("recognition-by-genre", summary.recognition.by_genre),
        tables.mean_ratings_table(summary.ratings),
        tables.rating_counts_table(summary.ratings),
        tables.confusion_table(summary.confusion),
        tables.human_machine_table(summary.human_machine),
        tables.progress_table(summary.progress),
        tables.reliability_table(summary.guess_reliability, summary.rating_reliability),
        tables.spread_table(found.model),
        tables.effects_table("effect-of-training", found.training, MUSICAL_TRAINING),
        tables.training_table(found.groups, MUSICAL_TRAINING),
        tables.anchors_table(summary.controls.anchors),
        tables.plans_table(summary.plans),
    ]


def test_every_table_prints_in_words_and_has_a_file_name(summary: StudyStatistics) -> None:
    found = all_tables(summary)
    assert len({table.name for table in found}) == len(found)
    for table in found:
        printed = table.printed()
        assert re.fullmatch(r"[a-z-]+", table.name)
        assert printed.shape == table.frame.shape
        assert not printed.empty
        assert not printed.isin(["nan", "NaN"]).any(axis=None)
        assert "_" not in "".join(printed.columns)


def test_headline_stands_beside_the_published_study(summary: StudyStatistics) -> None:
    assert isinstance(summary.headline, Headline)
    blind = summary.recognition.overall
    assert isinstance(blind, BlindTest)
    printed = tables.headline_table(summary.headline, blind, PUBLISHED).printed().set_index("Figure")
    ratings = printed.loc["Mean rating ± standard deviation"]
    assert ratings["This study"] == ratings["Published study"] == "6.17 ± 2.30"
    share = printed.loc["Guesses that name the intended genre"]
    assert share["This study"] == share["Published study"] == "32.81%"
    most = printed.loc["– most that any blind listeners expect"]
    assert most["This study"] == most["Published study"] == "16.7%"
    blindly = printed.loc["– expected of the same guesses blind"]
    assert (blindly["This study"], blindly["Published study"]) == ("12.4%", NOTHING)
    best, worst = printed.loc["Best recognised sample"], printed.loc["Worst recognised sample"]
    assert (best["This study"], best["Published study"]) == (
        "78.1%: Sample 4 (Hip hop)",
        "78.1%: Hip hop",
    )
    assert (worst["This study"], worst["Published study"]) == (
        "3.1%: Sample 5 (Rock)",
        "3.1%: Rock",
    )


def test_many_ties_are_cut_short() -> None:
    answers = study_answers(reconstructed_responses()).assign(right=True)
    found = headline(answers, OFFERED)
    assert isinstance(found, Headline)
    blind = recognition(answers, OFFERED).overall
    assert isinstance(blind, BlindTest)
    table = tables.headline_table(found, blind, PUBLISHED).printed().set_index("Figure")
    best = table.loc["Best recognised sample", "This study"]
    assert best == "100.0%: Sample 1 (Jazz), Sample 2 (Classical), Sample 3 (Metal) …"


def test_numbers_stay_numbers_in_the_frame(summary: StudyStatistics) -> None:
    frame = tables.recognition_table("recognition-by-sample", summary.recognition.by_sample).frame
    assert frame["share"].tolist() == [sample.share for sample in summary.recognition.by_sample]
    assert frame["low"].tolist() == [sample.interval.low for sample in summary.recognition.by_sample]
    printed = tables.recognition_table("recognition-by-sample", summary.recognition.by_sample).printed()
    assert printed.loc[3].tolist()[:5] == ["Sample 4", "Hip hop", "25", "32", "78.1%"]
    assert printed.loc[3, "p, corrected"] == "< 0.001"


def test_rating_counts_are_one_column_a_step(summary: StudyStatistics) -> None:
    frame = tables.rating_counts_table(summary.ratings).frame
    assert frame.filter(like="rated_").sum(axis=1).tolist() == [32] * 6


def test_confusion_is_one_row_a_pair(summary: StudyStatistics) -> None:
    frame = tables.confusion_table(summary.confusion).frame
    assert len(frame) == 6 * 10
    assert frame["answers"].sum() == 192
    hit = frame[(frame["intended"] == "Hip hop") & (frame["guessed"] == "Hip hop")]
    assert hit["answers"].item() == 25


def test_each_party_has_its_choice(summary: StudyStatistics) -> None:
    assert isinstance(summary.human_machine, HumanMachine)
    frame = tables.human_machine_table(summary.human_machine).frame
    assert frame["cnn_chooses"].tolist()[3] == "Rock"
    assert frame["listeners_choose"].tolist()[3] == "Hip hop"
    assert frame["knn_share"].tolist() == pytest.approx([0.82] * 6)


def test_effects_on_guesses_are_in_percentage_points(summary: StudyStatistics) -> None:
    assert not isinstance(summary.effects.position, Missing)
    frame = tables.effects_table("effect-of-position", summary.effects.position, {}).frame
    on_rating, on_guesses = summary.effects.position
    assert frame["estimate"].tolist() == pytest.approx([on_rating.estimate, 100 * on_guesses.estimate])


def test_reliability_leaves_out_what_is_missing(summary: StudyStatistics) -> None:
    table = tables.reliability_table(Missing("Too few."), summary.rating_reliability)
    assert table.frame["question"].tolist() == ["rating"]


def test_differences_of_ratings_are_points_and_of_shares_percentages() -> None:
    difference = Difference("hiphop", 0.25, 0.5, 0.25, Interval(-0.1, 0.6))
    shares = tables.difference_table("difference-of-recognition", [difference], ("old", "new")).printed()
    assert shares.iloc[0].tolist() == [
        "Hip hop",
        *(f"{number}%" for number in ("25.0", "50.0", "25.0", "−10.0", "60.0")),
    ]
    points = tables.difference_table(
        "difference-of-ratings",
        [Difference("mean rating", 6.0, 5.5, -0.5, Missing("Too few."))],
        ("old", "new"),
    ).printed()
    assert points.iloc[0].tolist() == ["mean rating", "6.00", "5.50", "−0.50", "–", "–"]


def test_power_is_tabulated_by_listeners() -> None:
    table = tables.power_table(planned_powers(PlannedStudy(0.3), 12, draws=50))
    assert table.frame["listeners"].tolist() == [3, 4, 6, 8, 12, 17, 24, 34, 48]
    printed = table.printed()
    assert printed.shape == table.frame.shape
    assert printed["Power over all"].iloc[-1].endswith("%")
