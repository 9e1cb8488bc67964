"""Tables and figures that fit any width; a table wider than the page scrolls alone, by keyboard too."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd
import streamlit as st


def wide_table(table: pd.DataFrame, *, name: str) -> None:
    """Show a table as it is, every cell as text.

    Parameters
    ----------
    table : DataFrame
        What is shown, without its index.
    name : str
        What it holds, for those who hear the page.
    """
    cells = table.to_html(index=False, border=0, escape=True)
    st.html(f'<div class="wide-table" role="region" tabindex="0" aria-label="{escape(name)}">{cells}</div>')


def figures_in_a_row(figures: Mapping[str, str]) -> None:
    """Show figures by their names side by side, in as many rows as the page's width takes."""
    with st.container(horizontal=True):
        for name, value in figures.items():
            st.metric(name, value, width="content")
