"""Pages run by Streamlit's own test harness."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "streamlit_app.py"


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Put back the main module, which Streamlit replaces by the page and a new process would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def app() -> AppTest:
    """The whole app on its first page, not yet run."""
    return AppTest.from_file(str(APP), default_timeout=120)
