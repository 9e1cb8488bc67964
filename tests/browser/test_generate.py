"""A visitor has music made, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.genres import Genre
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.downloads import download

LINK = "generate?genre=Reggae&seed=5&seconds=10&temperature=1&typicality=75&play=1"


def players(page: Page) -> Locator:
    return page.locator("audio")


def generate(page: Page) -> None:
    page.get_by_role("button", name="Generate", exact=True).click()


def downloaded(page: Page, label: str) -> bytes:
    return Path(download(page, page.get_by_role("button", name=label, exact=True)).path()).read_bytes()


@pytest.mark.parametrize("page", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_a_link_makes_a_piece_that_plays_and_can_be_taken_along(page: Page, app_url: str) -> None:
    """Opened first of all, before anybody was on the app's first page."""
    page.goto(f"{app_url}/{LINK}")
    expect(players(page)).to_have_count(1, timeout=90_000)
    expect(page.get_by_role("heading", name="Reggae, seed 5")).to_be_visible()
    expect(
        page.locator("[data-testid=stTopNavLink], [data-testid=stExpandSidebarButton]").first
    ).to_be_visible()

    player = players(page)
    player.evaluate("player => { player.muted = true; return player.play() }")
    expect(page.locator(".piece .time")).to_have_text(re.compile(r"^0:(0[1-9]|10) / 0:10"))
    assert player.evaluate("player => player.duration") == pytest.approx(10, abs=0.05)

    sample = generate_sample(GenerationRequest(Genre.REGGAE, seconds=10, seed=5))
    assert downloaded(page, "MIDI as played") == sample.file("mid")
    assert downloaded(page, "MIDI on the grid") == sample.score()
    assert downloaded(page, "Ogg") == sample.file("ogg")
    page.get_by_role("button", name="Make WAV").click()
    assert downloaded(page, "Save WAV (2 MB)") == sample.file("wav")

    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    expect(page.get_by_text("Sounds most like")).to_be_visible(timeout=120_000)
    assert page.locator("code").inner_text().endswith(LINK)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, "the page scrolls sideways"


def test_knobs_are_set_by_hand_and_each_click_makes_another_piece(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/generate?seconds=10")
    page.get_by_role("combobox", name=re.compile("^(Selected .*)?Genre")).first.click()
    page.get_by_role("option", name="Country").click()
    expect(page).to_have_url(re.compile("genre=Country"))
    heading = page.get_by_role("heading", name=re.compile("Country, seed"))
    generate(page)
    expect(heading).to_be_visible(timeout=90_000)
    first = heading.inner_text()
    assert page.get_by_role("spinbutton", name="Seed").input_value() in first
    generate(page)
    expect(page.get_by_role("heading", name=first, exact=True)).to_have_count(0, timeout=90_000)
    expect(heading).to_be_visible(timeout=90_000)


def test_cancelling_stops_the_work(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/generate?seconds=120&count=6&seed=900")
    generate(page)
    cancel = page.get_by_role("button", name="Cancel")
    # Not `click`, which waits for the page to hold still: while it works it never does.
    cancel.dispatch_event("click")
    expect(cancel).to_have_count(0, timeout=120_000)
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    kept = players(page).count()
    assert kept < 6
    # The app is at rest: nothing more comes, and it is ready for the next request.
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=120_000)
    assert players(page).count() == kept
    expect(page.get_by_role("button", name="Generate", exact=True)).to_be_enabled()
