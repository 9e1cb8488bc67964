"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Files of a minute or so. They begin first, so that no worker is left alone with one at the end.
LONG = (
    "browser/test_survey_crash.py",
    "gmn_core/generation/training/test_fitting.py",
    "browser/test_composing.py",
    "gmn_core/cli/test_evaluate_generator.py",
    "browser/test_two_systems.py",
    "gmn_core/cli/test_train_lstm.py",
    "browser/test_survey.py",
    "gmn_core/generation/playing/test_sampler.py",
    "browser/test_survey_faults.py",
    "pages/test_survey.py",
    "browser/test_journeys.py",
    "pages/test_studies.py",
    "browser/test_accessibility.py",
    "survey_db/running/test_listening.py",
    "test_examples.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, where xdist gives out files in the order of collection."""
    ranks = {ROOT / "tests" / name: rank for rank, name in enumerate(LONG)}
    assert all(path.exists() for path in ranks), "a long file has another name now"
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_collection_finish() -> None:
    """Leave out of garbage collection what was imported: Streamlit collects after each run of a page."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The folder of real research data; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("GMN_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no research data in {folder}; name its folder by GMN_TEST_DATA")
    return folder
