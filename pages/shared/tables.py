"""Tables that fit any width: where one is wider than the page, it alone scrolls, by keyboard too."""

from __future__ import annotations

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
