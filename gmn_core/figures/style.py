"""The look that all figures share: colours that hold on light and on dark pages, margins, legends.

`Genre.colour` holds the ten colours of the genres.
"""

from __future__ import annotations

from typing import Any

INK = "#1f8a92"
"""Whatever has no colour of its own: waveforms, single series."""

MUTED = "#7d878b"
"""What stands back: reference lines, error bars."""

GRID = "rgba(125,135,139,0.25)"
"""Lines that lead the eye; transparent, so that they stand back on any page."""

SHARE_SCALE = [[0.0, "#dbeaea"], [1.0, "#0f5c66"]]
"""From nothing to all; opaque, so that Plotly finds letters that can be read on each cell."""

INFLUENCE_SCALE = [[0.0, "#d4552f"], [0.5, "rgba(125,135,139,0.08)"], [1.0, "#2f78c4"]]
"""From against by way of nothing to for: vermilion and blue, which every kind of eye tells apart."""

MARGIN = {"l": 80, "r": 10, "t": 10, "b": 40}

LEGEND: dict[str, Any] = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "xanchor": "left"}
"""Above the figure, growing upwards if a narrow column breaks it into several lines."""

STILL: dict[str, Any] = {"dragmode": False}
"""For the layout: a thumb on the figure scrolls the page, and does not zoom the figure."""
