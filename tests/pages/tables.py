"""The tables that a page shows, read back from its HTML."""

from __future__ import annotations

from xml.etree import ElementTree

import pandas as pd
from streamlit.testing.v1 import AppTest


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Return the tables of `pages.shared.tables.wide_table`, in their order."""
    return [_table(part.value) for part in app.html if 'class="wide-table"' in part.value]


def _table(markup: str) -> pd.DataFrame:
    head, *body = (
        ["".join(cell.itertext()) for cell in row] for row in ElementTree.fromstring(markup).iter("tr")
    )
    return pd.DataFrame(body, columns=head)
