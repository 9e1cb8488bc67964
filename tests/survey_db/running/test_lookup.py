"""Finding rows by the names that people use for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_db.errors import SurveyError
from survey_db.running.lookup import find_sample, find_study
from survey_db.store import Store


def test_studies_and_samples_are_found_by_name_or_refused_by_name(
    store: Store, make_study: Callable[..., str]
) -> None:
    slug = make_study()
    with store.writing() as session:
        study = find_study(session, slug, for_update=True)
        assert study.slug == slug
        assert find_sample(session, study, "Sample 2").place == 2
        with pytest.raises(SurveyError, match="no sample “Sample 12”"):
            find_sample(session, study, "Sample 12")
        with pytest.raises(SurveyError, match="no study “nowhere”"):
            find_study(session, "nowhere")
