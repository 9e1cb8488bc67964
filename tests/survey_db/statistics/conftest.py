"""Responses that several tests of the statistics read."""

from __future__ import annotations

import pandas as pd
import pytest

from survey_db.statistics.selection import study_answers
from tests.survey_db.published_study import reconstructed_responses


@pytest.fixture(scope="session")
def published_responses() -> pd.DataFrame:
    """The reconstruction of the published study, one row per response."""
    return reconstructed_responses()


@pytest.fixture
def published_answers(published_responses: pd.DataFrame) -> pd.DataFrame:
    """The same, as the statistics take it."""
    return study_answers(published_responses)
