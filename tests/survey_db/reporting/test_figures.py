from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from survey_db.reporting import figures
from survey_db.statistics.comparison import Difference
from survey_db.statistics.headline import Headline
from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.summary import StudyStatistics
from tests.survey_db.published_study import OFFERED, SAMPLES, reconstructed_summary


@pytest.fixture
def summary() -> StudyStatistics:
    return reconstructed_summary()


def notes(figure: go.Figure) -> list[str]:
    return [note.text.replace("\N{NO-BREAK SPACE}", " ") for note in figure.layout.annotations]


def test_recognition_shows_shares_intervals_chance_and_the_published_share(summary: StudyStatistics) -> None:
    assert isinstance(summary.headline, Headline)
    figure = figures.recognition(summary.by_sample, summary.headline.chance, summary.published)
    (dots,) = figure.data
    assert list(dots.x) == pytest.approx([100 * sample.share for sample in summary.by_sample])
    ends = [x + arm for x, arm in zip(dots.x, dots.error_x.array, strict=True)]
    assert ends == pytest.approx([100 * sample.interval.high for sample in summary.by_sample])
    starts = [x - arm for x, arm in zip(dots.x, dots.error_x.arrayminus, strict=True)]
    assert starts == pytest.approx([100 * sample.interval.low for sample in summary.by_sample])
    assert notes(figure) == ["chance 10.0 %", "published study 32.81 %"]
    assert [line.x0 for line in figure.layout.shapes] == pytest.approx([10, 32.81])
    assert "Sample 4" in dots.y[3]
    assert "Hip hop" in dots.y[3]


def test_genres_are_named_once(summary: StudyStatistics) -> None:
    figure = figures.recognition(summary.by_genre, 0.1, summary.published)
    assert "Hip hop" in figure.data[0].y


def test_mean_ratings_show_the_published_mean(summary: StudyStatistics) -> None:
    figure = figures.mean_ratings(summary.ratings, summary.published)
    assert list(figure.data[0].x) == pytest.approx([sample.mean for sample in summary.ratings])
    assert notes(figure) == ["published study 6.17"]


def test_a_missing_interval_has_no_arms(summary: StudyStatistics) -> None:
    differences = [Difference("mean rating", 6.0, 6.5, 0.5, Missing("Too few listeners."))]
    figure = figures.differences(differences, shares=False)
    assert list(figure.data[0].error_x.array) == [0]
    assert list(figure.data[0].x) == [0.5]


def test_differences_of_shares_are_percentage_points() -> None:
    difference = Difference("rock", 0.1, 0.4, 0.3, Interval(0.1, 0.5))
    figure = figures.differences([difference], shares=True)
    assert list(figure.data[0].x) == pytest.approx([30])
    assert list(figure.data[0].error_x.array) == pytest.approx([20])
    assert notes(figure) == ["no difference"]


def test_distribution_fills_each_bar(summary: StudyStatistics) -> None:
    figure = figures.rating_distribution(summary.ratings)
    assert [trace.name for trace in figure.data] == [str(rating) for rating in range(1, 11)]
    assert [sum(parts) for parts in zip(*(trace.x for trace in figure.data), strict=True)] == pytest.approx(
        [100] * 6
    )
    assert len({trace.marker.color for trace in figure.data}) == 10


def test_confusion_frames_the_right_guesses(summary: StudyStatistics) -> None:
    figure = figures.confusion(summary.confusion)
    (cells,) = figure.data
    framed = [(cells.y[round(box.y0 + 0.5)], cells.x[round(box.x0 + 0.5)]) for box in figure.layout.shapes]
    assert len(framed) == len(SAMPLES)
    assert all(row == column for row, column in framed)
    row, column = list(cells.y).index("Hip hop"), list(cells.x).index("Hip hop")
    assert cells.z[row][column] == pytest.approx(78.125)
    assert cells.customdata[row][column] == 25


def test_each_sample_has_a_row_a_party_with_its_genre_framed(summary: StudyStatistics) -> None:
    assert isinstance(summary.human_machine, HumanMachine)
    figure = figures.human_machine(summary.human_machine)
    (cells,) = figure.data
    samples, parties = cells.y
    assert list(parties) == ["listeners", "CNN", "k-NN"] * 6
    assert "Sample 4" in samples[9]
    framed = [round(box.x0 + 0.5) for box in figure.layout.shapes]
    assert framed == [OFFERED.index(genre) for genre in SAMPLES for _ in range(3)]
    assert [sum(row) for row in cells.z] == pytest.approx([100] * 18)


def test_progress_adds_up(summary: StudyStatistics) -> None:
    new, so_far = figures.progress(summary.progress).data
    assert sum(new.y) == so_far.y[-1] == 32


def test_figures_have_no_gaps(summary: StudyStatistics) -> None:
    for figure in (
        figures.mean_ratings(summary.ratings, summary.published),
        figures.rating_distribution(summary.ratings),
        figures.confusion(summary.confusion),
        figures.progress(summary.progress),
    ):
        assert "NaN" not in json.dumps(figure.to_plotly_json(), default=str)
        assert figure.layout.height > 100
