from __future__ import annotations

import plotly.graph_objects as go
import pytest

from survey_db.reporting.drawing import dots, frame, mark_intended, reference, two_lines
from survey_db.statistics.intervals import Interval, Missing


def test_dots_have_arms_to_the_ends_of_their_intervals() -> None:
    figure = dots(["a", "b"], [5.0, 7.0], [Interval(4.0, 8.0), Missing("Too few.")], ["x", "y"], "%{x}")
    (drawn,) = figure.data
    assert list(drawn.x) == [5.0, 7.0]
    assert list(drawn.error_x.array) == pytest.approx([3.0, 0.0])
    assert list(drawn.error_x.arrayminus) == pytest.approx([1.0, 0.0])


def test_more_rows_make_a_higher_figure() -> None:
    none = Missing("Too few.")
    one = dots(["a"], [1.0], [none], ["x"], "%{x}")
    two = dots(["a", "b"], [1.0, 2.0], [none, none], ["x", "y"], "%{x}")
    assert two.layout.height > one.layout.height


def test_reference_line_has_its_label() -> None:
    figure = go.Figure()
    reference(figure, 3.5, "the mean", "#000000", "bottom")
    assert figure.layout.shapes[0].x0 == 3.5
    assert (figure.layout.annotations[0].text, figure.layout.annotations[0].y) == ("the mean", 0)


def test_cells_that_are_not_there_are_not_framed() -> None:
    figure = go.Figure(go.Heatmap(z=[[1, 2]], x=["a", "b"], y=["a"]))
    mark_intended(figure, [("a", "a"), ("c", "a")])
    frame(figure, 1, 0)
    assert [(box.x0, box.x1) for box in figure.layout.shapes] == [(-0.5, 0.5), (0.5, 1.5)]


def test_a_row_says_its_genre_once() -> None:
    assert two_lines("hiphop", "hiphop") == "Hip hop"
    assert two_lines("Sample 4", "hiphop").startswith("Sample 4<br>")
