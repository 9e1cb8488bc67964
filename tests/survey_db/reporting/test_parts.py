from __future__ import annotations

import pandas as pd
import pytest

from survey_db.reporting.parts import NOTHING, Table, ends
from survey_db.statistics.intervals import Interval, Missing


@pytest.fixture
def table() -> Table:
    frame = pd.DataFrame(
        {
            "sample": ["Sample 1", "Sample 2"],
            "answers": [32, 1],
            "share": [0.5, -0.125],
            "low": [0.25, None],
            "p_value": [0.0004, 0.21],
            "mean_rating": [6.0, 5.5],
        }
    )
    return Table("an-example", frame, shares=("share", "low"))


def test_table_is_printed_as_a_paper_prints_it(table: Table) -> None:
    printed = table.printed()
    assert printed.columns.tolist() == ["Sample", "Answers", "Share", "95% from", "p", "Mean rating"]
    assert printed.iloc[0].tolist() == ["Sample 1", "32", "50.0%", "25.0%", "< 0.001", "6.00"]
    assert printed.iloc[1].tolist() == ["Sample 2", "1", "−12.5%", NOTHING, "0.210", "5.50"]


def test_printing_leaves_the_numbers_as_they_are(table: Table) -> None:
    table.printed()
    assert table.frame["share"].tolist() == [0.5, -0.125]


def test_ends_of_a_missing_interval_are_missing() -> None:
    assert ends(Interval(0.1, 0.2)) == {"low": 0.1, "high": 0.2}
    assert ends(Missing("Too few.")) == {"low": None, "high": None}
