"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The folder of real research data; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("GMN_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no research data in {folder}; name its folder by GMN_TEST_DATA")
    return folder
