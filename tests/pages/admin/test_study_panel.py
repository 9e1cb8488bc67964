"""The link that listeners follow."""

from __future__ import annotations

import pytest

from pages.admin.study_panel import listener_link


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("http://localhost:8501/studies", "http://localhost:8501/survey?study=six"),
        ("https://host.example/music/studies?x=1", "https://host.example/music/survey?study=six"),
    ],
)
def test_the_link_leads_to_the_survey_page_beside_this_one(page: str, link: str) -> None:
    assert listener_link(page, "six") == link
