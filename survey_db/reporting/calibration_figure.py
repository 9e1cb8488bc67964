"""The power of the tests of guesses, drawn for the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from survey_db.reporting.drawing import INK, WORST
from survey_db.reporting.line_chart import Curve, line_chart
from survey_db.statistics.calibration import LEVEL, PowerOfTests


def power_of_tests(found: Sequence[PowerOfTests]) -> str:
    """Draw how often each test shows hearing, by how much of it there is; as SVG.

    Where listeners hear nothing, each curve ought to start at the level.
    """
    return line_chart(
        [100 * at.hearing for at in found],
        [
            Curve(
                "permutation test,\nguesses among all offered",
                [100 * at.offered.overall for at in found],
                INK,
            ),
            Curve(
                "permutation test,\nguesses among those present",
                [100 * at.present.overall for at in found],
                INK,
                dashed=True,
            ),
            Curve(
                "binomial test,\nguesses among all offered",
                [100 * at.offered.old_overall for at in found],
                WORST,
            ),
            Curve(
                "binomial test,\nguesses among those present",
                [100 * at.present.old_overall for at in found],
                WORST,
                dashed=True,
            ),
        ],
        across="Probability that a listener hears the genre of a sample (%)",
        upwards="Studies that show hearing (%)",
        level=100 * LEVEL,
    )
