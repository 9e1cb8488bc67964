"""What the figures of the results share: colours, rows of dots with intervals, reference lines, frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from survey_db.genres import genre_name
from survey_db.statistics.intervals import Interval, Missing

# For light and dark pages. The survey stands alone; a test holds what it shares with the core equal to it.
INK, MUTED, CHANCE, WORST, PUBLISHED = "#1f8a92", "#7d878b", "#c4478d", "#c46a1b", "#2f78c4"
SHARE_SCALE = [[0.0, "#dbeaea"], [1.0, "#0f5c66"]]
LEGEND: dict[str, Any] = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "xanchor": "left"}
STILL: dict[str, Any] = {"dragmode": False}

_ROW_PIXELS = 46


def dots(
    labels: Sequence[str],
    values: Sequence[float],
    intervals: Sequence[Interval | Missing],
    notes: Sequence[str],
    hover: str,
) -> go.Figure:
    """Draw one dot per row with its interval as a bar, first row on top."""

    def arm(value: float, interval: Interval | Missing, end: str) -> float:
        return 0.0 if isinstance(interval, Missing) else abs(getattr(interval, end) - value)

    pairs = list(zip(values, intervals, strict=True))
    figure = go.Figure(
        go.Scatter(
            x=values,
            y=labels,
            mode="markers",
            marker={"size": 10, "color": INK},
            error_x={
                "array": [arm(value, interval, "high") for value, interval in pairs],
                "arrayminus": [arm(value, interval, "low") for value, interval in pairs],
                "color": INK,
                "thickness": 1.5,
            },
            customdata=notes,
            hovertemplate=f"%{{y}}: {hover}<extra></extra>",
        )
    )
    lay_out(figure, len(labels))
    return figure


def lay_out(figure: go.Figure, rows: int, *, extra: int = 0, row_pixels: int = _ROW_PIXELS) -> None:
    """Give a figure of rows its height, margins and axes, first row on top."""
    figure.update_layout(
        **STILL,
        height=90 + extra + row_pixels * rows,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        showlegend=False if not extra else None,
        template="plotly_white",
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(autorange="reversed", automargin=True, ticks="", zeroline=False)


def reference(figure: go.Figure, value: float, label: str, colour: str, side: str) -> None:
    """Draw a dashed line at a value, its label at the ``"top"`` or the ``"bottom"``."""
    figure.add_vline(x=value, line={"color": colour, "dash": "dash", "width": 1.5})
    figure.add_annotation(
        x=value,
        y=1 if side == "top" else 0,
        yref="paper",
        yanchor="bottom",
        xanchor="left",
        text=label,
        showarrow=False,
        font={"color": colour, "size": 12},
    )


def mark_intended(figure: go.Figure, cells: Sequence[tuple[str, str]]) -> None:
    """Frame cells of a heat map, given as (column, row)."""
    columns, rows = list(figure.data[0].x), list(figure.data[0].y)
    for column, row in cells:
        if column in columns:
            frame(figure, columns.index(column), rows.index(row))


def frame(figure: go.Figure, column: int, row: int) -> None:
    """Frame one cell of a heat map, given by its indices."""
    figure.add_shape(
        type="rect",
        x0=column - 0.5,
        x1=column + 0.5,
        y0=row - 0.5,
        y1=row + 0.5,
        line={"color": CHANCE, "width": 2},
    )


def two_lines(label: str, genre: str) -> str:
    """Return a row's label: the sample, and below it its genre; one line where they are the same."""
    if label == genre:
        return genre_name(genre)
    return f'{label}<br><span style="color:{MUTED}">{genre_name(genre)}</span>'
