"""The Results page in a real browser: drawn, downloadable, readable without seeing, usable on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from survey_db.store import open_store
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, running_app
from tests.browser.downloads import download
from tests.survey_db.published_store import store_published_study

CHARTS = 7


@pytest.fixture(scope="module")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the reconstruction of the published study, closed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('results') / 'survey.db'}"
    store = open_store(url)
    store_published_study(store)
    store.engine.dispose()
    with running_app(GMN_DATABASE_URL=url) as address:
        yield address


def open_results(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/results?of=published")
    expect(page.get_by_role("heading", name="Downloads")).to_be_visible(timeout=90_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS, timeout=150_000)


def named(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name).first


def test_page_draws_and_gives_away_every_figure(page: Page, app_url: str, tmp_path: Path) -> None:
    open_results(page, app_url)
    expect(page.get_by_text("6.17 ± 2.30").first).to_be_visible()
    for name in ("Share of guesses that name the intended genre", "Guessed genres of each intended genre"):
        expect(page.get_by_label(name).first).to_be_attached()

    # The numbers behind a figure, as a table for screen readers and as a file.
    page.get_by_text("The same as a table").nth(2).click()
    expect(page.get_by_role("cell", name="25", exact=True).first).to_be_visible()
    numbers = pd.read_csv(download(page, named(page, "recognition-by-sample.csv")).path())
    assert numbers.loc[3, ["genre", "right", "answers"]].tolist() == ["Hip hop", 25, 32]

    # The figure itself, through its own toolbar.
    chart = page.locator(".js-plotly-plot").nth(2)
    chart.scroll_into_view_if_needed()
    chart.hover()
    image = download(page, chart.locator("[data-title*='Download plot']"))
    assert image.suggested_filename == "published-recognition-by-sample.svg"
    assert Path(image.path()).read_text(encoding="utf-8").startswith("<svg")


def test_report_opens_without_a_network_and_draws_its_figures(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    open_results(page, app_url)
    report = tmp_path / "report.html"
    download(page, named(page, "Report with figures and methods")).save_as(report)
    asked: list[str] = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(CHARTS)
    expect(page.get_by_role("heading", name="Methods")).to_be_visible()
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    assert not violations(page)
    page.set_viewport_size(PHONE)
    page.reload()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not violations(page)


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_phone_needs_no_sideways_scrolling(page: Page, app_url: str) -> None:
    open_results(page, app_url)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    widths = page.locator(".js-plotly-plot").evaluate_all("plots => plots.map(plot => plot.clientWidth)")
    assert max(widths) <= PHONE["width"]
