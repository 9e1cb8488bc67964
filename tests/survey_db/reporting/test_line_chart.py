from __future__ import annotations

from xml.etree import ElementTree

import pytest

from survey_db.reporting.line_chart import Curve, line_chart

SVG = "{http://www.w3.org/2000/svg}"


def chart() -> ElementTree.Element:
    curves = [
        Curve("rising", [0, 50, 100], "#123456"),
        Curve("flat\n& level", [5, 5, 5], "#654321", dashed=True),
    ]
    return ElementTree.fromstring(line_chart([0, 1, 2], curves, across="x", upwards="y", level=5))


def test_a_curve_runs_over_the_whole_frame_in_even_steps() -> None:
    rising, flat = chart().iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in rising.attrib["points"].split()]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert x1 - x0 == pytest.approx(x2 - x1)
    assert y0 - y1 == pytest.approx(y1 - y2)
    assert y2 < y0
    assert "stroke-dasharray" in flat.attrib
    assert "stroke-dasharray" not in rising.attrib


def test_names_are_written_line_by_line_and_escaped() -> None:
    words = [text.text for text in chart().iter(f"{SVG}text")]
    assert {"rising", "flat", "& level", "x", "y", "100"} <= set(words)
