"""Pages run by Streamlit's own test harness."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "streamlit_app.py"


@pytest.fixture
def app() -> AppTest:
    """The whole app on its first page, not yet run."""
    return AppTest.from_file(str(APP), default_timeout=120)
