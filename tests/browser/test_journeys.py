"""What people come for, from the first page to what they take home, on a desktop and on a phone.

With a folder in ``GMN_SCREENSHOTS`` each journey leaves its pictures there (``make screenshots``).
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.shared.recordings import RECORDINGS
from survey_db.running.studies import NewStudy
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, running_app
from tests.browser.downloads import download
from tests.browser.listener import SLUG, at_clip, button, choose, hear, make_store, six_clips, until

SCREENS = {"desktop": DESKTOP, "phone": PHONE}
PICTURES = os.environ.get("GMN_SCREENSHOTS")
UNANSWERED = "not-begun"
SKETCHES = 10 if PICTURES else 3  # ten take a minute of work


@pytest.fixture(scope="module")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with an open study of six short clips, and another that nobody will answer."""
    url = f"sqlite:///{tmp_path_factory.mktemp('journeys') / 'survey.db'}"
    store = make_store(url)
    store.studies.create(NewStudy(title="Not begun", slug=UNANSWERED), six_clips(), open_now=True)
    store.engine.dispose()
    with running_app(GMN_DATABASE_URL=url, GMN_ADMIN_PASSWORD="correct horse") as address:
        yield address


@pytest.fixture(params=SCREENS)
def screen(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[str, Page]]:
    """The name of a screen and a page on it; at the end the browser must have nothing to complain of."""
    said: list[str] = []
    scheme = "dark" if request.param == "phone" else "light"
    context = browser.new_context(
        viewport=SCREENS[request.param], accept_downloads=True, color_scheme=scheme, device_scale_factor=1
    )
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield request.param, page
    context.close()
    # The browser looks for Streamlit's own addresses below the page's first: its 404s are no errors of ours.
    assert [text for text in said if "404" not in text] == []


def picture(screen: tuple[str, Page], name: str, heading: str | None = None) -> None:
    """Leave a picture of what the visitor sees below a heading, where pictures are asked for."""
    kind, page = screen
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if PICTURES:
        if heading is None:
            page.get_by_role("heading").first.scroll_into_view_if_needed()
        else:
            page.get_by_role("heading", name=heading).evaluate("it => it.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(1500)  # for what still moves
        page.screenshot(path=Path(PICTURES) / f"{name}-{kind}.png")


def go_to(page: Page, name: str) -> None:
    """Go to another page by the menu, which a phone has to open first."""
    menu = page.get_by_test_id("stExpandSidebarButton")
    link = page.get_by_role("link", name=name, exact=True)
    expect(menu.or_(page.get_by_test_id("stTopNavLink").first).first).to_be_visible()
    if menu.is_visible():
        until(page, "window.pageShown !== undefined")
        menu.click()
        link.locator("visible=true").first.click()
        expect(menu).to_be_visible()  # the menu closes by itself
    else:
        link.locator("visible=true").first.click()


def test_hear_something_and_guess_its_genre(screen: tuple[str, Page], app_url: str) -> None:
    _, page = screen
    page.goto(app_url)
    expect(page).to_have_title("Home – Generative Music Network")
    page.get_by_role("button", name="Play").first.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_text("0:02 / 0:12")).to_be_visible()
    picture(screen, "home")
    page.get_by_role("radio", name="Disco").or_(button(page, "Disco")).click()
    expect(page.get_by_text("Our best classifier")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()  # the music goes on
    page.get_by_role("button", name="Next piece").click()
    expect(page.get_by_text("Piece 2 of 6: which genre is this?")).to_be_visible()


def test_hear_and_guess_by_keyboard_alone(page: Page, app_url: str) -> None:
    page.goto(app_url)
    expect(page.get_by_role("button", name="Play").first).to_be_visible()
    reach(page, "Play")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    reach(page, "Blues")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Our best classifier")).to_be_visible()
    reach(page, "Next piece")
    page.keyboard.press("Space")
    expect(page.get_by_text("Piece 2 of 6: which genre is this?")).to_be_visible()


def reach(page: Page, name: str) -> None:
    """Press Tab until what is named has the focus."""
    focused = """(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element?.getAttribute("aria-label") ?? element?.innerText ?? "";
    })()"""
    for _ in range(60):
        page.keyboard.press("Tab")
        if re.search(rf"\b{name}$", str(page.evaluate(focused)).strip()):
            return
    raise AssertionError(f"Tab does not lead to “{name}”")


def test_name_a_song_of_ones_own(screen: tuple[str, Page], app_url: str) -> None:
    _, page = screen
    page.goto(app_url)
    page.get_by_role("link", name="Classify a song").click()
    expect(page.get_by_role("heading", name="Classify")).to_be_visible()
    song = {"name": "my song.ogg", "mimeType": "audio/ogg", "buffer": RECORDINGS[0].read()}
    page.locator("input[type=file]").set_input_files([song])
    expect(page.get_by_test_id("stMetric")).to_have_count(3, timeout=120_000)
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    assert violations(page) == []
    picture(screen, "classify")


@pytest.mark.timeout(600)
def test_make_sketches_and_take_the_notes_home(screen: tuple[str, Page], app_url: str) -> None:
    _, page = screen
    page.goto(f"{app_url}/generate?genre=Reggae&seconds=10&seed=21&count={SKETCHES}&play=1")
    expect(page.locator("audio")).to_have_count(SKETCHES, timeout=300_000)
    sketches = download(page, page.get_by_role("button", name=f"All {SKETCHES} as MIDI"))
    with zipfile.ZipFile(sketches.path()) as archive:
        names = archive.namelist()
        assert all(archive.read(name).startswith(b"MThd") for name in names)
    assert len(names) == SKETCHES
    assert violations(page) == []
    picture(screen, "generate", "Reggae, seed 21")


def test_take_part_in_a_study(screen: tuple[str, Page], app_url: str) -> None:
    _, page = screen
    page.goto(app_url)
    page.get_by_test_id("stMain").get_by_role("link", name="Take part").last.click()
    begin = button(page, "Begin")
    expect(begin).to_be_disabled()
    ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert begin.evaluate("it => getComputedStyle(it).color") != ground, "its words cannot be seen"
    page.get_by_text("I have read this and agree to take part.").click()
    begin.click()
    expect(page).to_have_title("Listening study")
    button(page, "Play").click()
    assert violations(page) == []
    button(page, "The volume is comfortable").click()
    hear(page)
    assert violations(page) == []
    choose(page, "Pop", 5)
    button(page, "Start the study").click()
    at_clip(page, 1)
    hear(page)
    assert violations(page) == []
    picture(screen, "take-part")
    choose(page, "Jazz", 7)
    button(page, "Next").click()
    at_clip(page, 2)
    page.goto(f"{app_url}/survey?study={SLUG}")  # closed the tab, followed the link again
    at_clip(page, 2)


def test_find_out_whether_a_figure_can_be_trusted(screen: tuple[str, Page], app_url: str) -> None:
    _, page = screen
    page.goto(app_url)
    page.get_by_role("link", name="How far to trust them").click()
    expect(page.get_by_role("heading", name="Models", exact=True)).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    picture(screen, "models")
    expect(page.get_by_text("What is wrong with GTZAN")).to_be_visible()


def test_see_what_results_look_like(screen: tuple[str, Page], app_url: str) -> None:
    _, page = screen
    page.goto(app_url)
    go_to(page, "Results")
    expect(page.get_by_role("heading", name="Results", exact=True)).to_be_visible()
    page.goto(f"{app_url}/results?of={UNANSWERED}")
    expect(page.get_by_text("an example, which no listener gave")).to_be_visible(timeout=150_000)
    until(page, "document.querySelectorAll('.js-plotly-plot').length > 3", 150)
    picture(screen, "results")
