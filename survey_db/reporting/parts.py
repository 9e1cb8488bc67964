"""What results consist of: sections of sentences, charts and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.printing import decimal, percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

Cell: TypeAlias = str | int | float | None

NOTHING = "–"
"""What a printed table has where there is no figure."""

_HEADINGS = {
    "interval_95": "95% interval",
    "low": "95% from",
    "over_all_low": "95% from",
    "over_all_high": "to",
    "for_a_sample_low": "95% from ",
    "for_a_sample_high": "to ",
    "power_low": "95% from",
    "power_high": "to",
    "high": "to",
    "p_value": "p",
    "p_holm": "p, corrected",
    "p_adjusted": "p, corrected",
    "sd": "SD",
    "loudness_lufs": "Loudness, LUFS",
    "sha256": "SHA-256",
}


@dataclass(frozen=True, eq=False)
class Table:
    """A table of results.

    Parameters
    ----------
    name : str
        Its name as a file, without suffix.
    frame : DataFrame
        Its cells as numbers, with columns in snake case; None where there is none.
    shares : tuple of str
        Columns that hold fractions of 1, printed as percentages.
    caption : str
        What stands above it; its name in words where this is empty.
    """

    name: str
    frame: pd.DataFrame
    shares: tuple[str, ...] = ()
    caption: str = ""

    @property
    def heading(self) -> str:
        """What stands above the table."""
        return self.caption or self.name.replace("-", " ").capitalize()

    def printed(self) -> pd.DataFrame:
        """Return the table as text, as a paper would print it."""
        columns = {
            _heading(str(name)): [self._print(str(name), cell) for cell in column]
            for name, column in self.frame.items()
        }
        return pd.DataFrame(columns)

    def _print(self, column: str, cell: Cell) -> str:
        if cell is None or cell != cell:
            return NOTHING
        if isinstance(cell, str):
            return cell
        if column.startswith("p_"):
            return "< 0.001" if cell < 0.001 else f"{cell:.3f}"
        if column in self.shares:
            return percent(cell)
        return str(cell) if isinstance(cell, int) else decimal(cell)


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with the same in words and in a table, for those who cannot see it.

    Parameters
    ----------
    figure : plotly Figure
        The figure.
    alt : str
        What it shows, in a sentence or two.
    table : Table
        Its data.
    """

    figure: go.Figure
    alt: str
    table: Table


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the results: its title, what is to be said, its charts and further tables.

    What it adds to the methods, the references and the software of a report is in
    ``methods``, ``references`` and ``software``.
    """

    title: str
    text: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    methods: str = ""
    references: tuple[str, ...] = ()
    software: str = ""


def ends(interval: Interval | Missing) -> dict[str, float | None]:
    """Return the cells of an interval."""
    if isinstance(interval, Missing):
        return {"low": None, "high": None}
    return {"low": interval.low, "high": interval.high}


def _heading(column: str) -> str:
    words = column.replace("_", " ")
    return _HEADINGS.get(column, words[:1].upper() + words[1:])
