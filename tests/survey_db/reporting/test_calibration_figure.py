from __future__ import annotations

from xml.etree import ElementTree

from survey_db.reporting.calibration_figure import power_of_tests
from survey_db.statistics.calibration import HEARING, powers


def test_the_figure_has_a_point_of_each_test_for_each_probability_of_hearing() -> None:
    found = powers(20, permutations=19)
    image = power_of_tests(found)
    lines = list(ElementTree.fromstring(image).iter("{http://www.w3.org/2000/svg}polyline"))
    assert [len(line.attrib["points"].split()) for line in lines] == [len(HEARING)] * 4
    assert len(image) < 100_000
    assert [at.hearing for at in found] == list(HEARING)
    assert found[-1].offered.overall > 0.9 > found[0].offered.overall
