"""A visitor reads how good the models are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE


@pytest.mark.parametrize("page", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_the_ladder_and_the_closer_look_are_drawn(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/models")
    expect(page.get_by_role("heading", name="Models", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("84%")
    expect(page.get_by_text("no setting was chosen on them")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(5)
    expect(page.get_by_role("heading", name="What is wrong with GTZAN")).to_be_visible()
    page.get_by_role("tab", name="Generator").click()
    expect(page.get_by_text("Genre recognised in its notes")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, "the page scrolls sideways"
