"""What results are told in: sections of sentences, charts and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_db.reporting.tables import Table

if TYPE_CHECKING:
    import plotly.graph_objects as go


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
    """A part of the results: its title, what is to be said, its charts and further tables."""

    title: str
    text: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
