from __future__ import annotations

import json
from collections.abc import Sequence

import plotly.graph_objects as go
import pytest
from plotly.colors import hex_to_rgb, unlabel_rgb

from survey_db.reporting import figures
from survey_db.statistics.blind import BlindTest
from survey_db.statistics.comparison import Difference
from survey_db.statistics.headline import Headline
from survey_db.statistics.intervals import Interval
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.planning import PlannedStudy, planned_powers
from survey_db.statistics.recognition import Recognition
from survey_db.statistics.summary import StudyStatistics
from tests.survey_db.published_study import OFFERED, SAMPLES, reconstructed_summary


@pytest.fixture
def summary() -> StudyStatistics:
    return reconstructed_summary()


def notes(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def recognition(summary: StudyStatistics, groups: Sequence[Recognition]) -> go.Figure:
    assert isinstance(summary.headline, Headline)
    assert isinstance(summary.recognition.overall, BlindTest)
    return figures.recognition(groups, summary.headline, summary.recognition.overall, summary.published)


def test_recognition_shows_shares_with_intervals_in_all_and_of_each_sample(summary: StudyStatistics) -> None:
    samples = summary.recognition.by_sample
    dots, _ = recognition(summary, samples).data
    assert list(dots.x) == pytest.approx([100 * 63 / 192, *(100 * sample.share for sample in samples)])
    ends = [x + arm for x, arm in zip(dots.x, dots.error_x.array, strict=True)]
    assert ends[1:] == pytest.approx([100 * sample.interval.high for sample in samples])
    starts = [x - arm for x, arm in zip(dots.x, dots.error_x.arrayminus, strict=True)]
    assert starts[1:] == pytest.approx([100 * sample.interval.low for sample in samples])
    assert dots.y[0] == figures.ALL_SAMPLES
    assert "Sample 4" in dots.y[4]
    assert "Hip hop" in dots.y[4]


def test_recognition_shows_what_blind_guesses_get(summary: StudyStatistics) -> None:
    overall, samples = summary.recognition.overall, summary.recognition.by_sample
    assert isinstance(overall, BlindTest)
    figure = recognition(summary, samples)
    expected = [overall.expected, *(sample.expected for sample in samples)]
    assert list(figure.data[1].x) == pytest.approx([100 * share for share in expected])
    most, even, published = figure.layout.shapes
    assert [line.name for line in (most, even, published)] == [
        "most that any blind listeners expect 16.7%",
        "even guessing 10.0%",
        "published study 32.81%",
    ]
    assert all(line.showlegend for line in (most, even, published))
    assert [most.x0, even.x0, published.x0] == pytest.approx([100 / 6, 10, 32.81])
    # The bound holds for all samples together, so its line crosses the first row alone.
    assert (most.y0, most.y1) == (-0.5, 0.5)
    assert (even.y0, even.y1) == (published.y0, published.y1) == (-0.5, 6.5)


def test_genres_are_named_once(summary: StudyStatistics) -> None:
    assert "Hip hop" in recognition(summary, summary.recognition.by_genre).data[0].y


def test_mean_ratings_show_the_published_mean(summary: StudyStatistics) -> None:
    figure = figures.mean_ratings(summary.ratings, summary.published)
    assert list(figure.data[0].x) == pytest.approx([sample.mean for sample in summary.ratings])
    assert notes(figure) == ["published study 6.17"]


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


def test_counts_can_be_read_on_the_colour_of_their_rating(summary: StudyStatistics) -> None:
    for trace in figures.rating_distribution(summary.ratings).data:
        ground, words = luminance(unlabel_rgb(trace.marker.color)), hex_to_rgb(trace.insidetextfont.color)
        low, high = sorted((ground, luminance(words)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"the counts of rating {trace.name}"


def luminance(rgb: Sequence[float]) -> float:
    """Return the relative luminance of a colour, as WCAG 2 has it."""
    shares = [value / 255 for value in rgb]
    red, green, blue = (
        share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
    assert list(parties) == ["listeners", "CNN trained on GTZAN", "k-NN"] * 6
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


def test_power_curve_has_both_powers_with_intervals_and_the_aim() -> None:
    powers = planned_powers(PlannedStudy(0.3), 12, draws=50)
    figure = figures.power_curve(powers, 0.8)
    overall, of_sample = figure.data
    assert list(overall.x) == [power.listeners for power in powers] == [3, 4, 6, 8, 12, 17, 24, 34, 48]
    assert list(overall.y) == pytest.approx([100 * power.overall for power in powers])
    assert list(of_sample.y) == pytest.approx([100 * power.sample for power in powers])
    ends = [y + arm for y, arm in zip(overall.y, overall.error_y.array, strict=True)]
    assert ends == pytest.approx([100 * power.overall_interval.high for power in powers])
    assert figure.layout.shapes[0].y0 == 80
