"""Figures as every page shows them: with words for those who do not see them, and no toolbar over them."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

NO_TOOLBAR: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False}


def saving_as(name: str, image: str = "svg") -> dict[str, Any]:
    """Return the configuration of a figure that can be saved: one button, shown when a mouse is over it.

    Parameters
    ----------
    name : str
        The file's name, without suffix.
    image : {"svg", "png"}
        Its format.
    """
    return {
        "displaylogo": False,
        "scrollZoom": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": image, "filename": name, "scale": 1 if image == "svg" else 3},
    }


def draw(
    figure: go.Figure, *, key: str, alt: str, caption: str | None = None, config: dict[str, Any] | None = None
) -> None:
    """Show a figure.

    Parameters
    ----------
    figure : plotly Figure
        What is shown; it is not changed.
    key : str
        Names the figure on its page.
    alt : str
        What the figure shows, in words, for those who cannot see it.
    caption : str, optional
        The finding, in a sentence below the figure.
    config : dict, optional
        Plotly's; `saving_as` gives one.
    """
    st.plotly_chart(figure, key=key, alt=alt, config=config or NO_TOOLBAR)
    if caption:
        st.caption(caption)
