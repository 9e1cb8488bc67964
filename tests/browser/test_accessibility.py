"""No page keeps people out: axe-core on every page, on desktop and phone, light and dark.

What comes after some work (a verdict, a piece, a listener's screens) is held to it in `test_journeys`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_db.store import open_store
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE, running_app
from tests.browser.listener import SLUG, consent, make_store, until
from tests.survey_db.published_store import store_published_study

PASSWORD = "correct horse"
LOOKS = ((DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "dark"), (PHONE, "light"))
MAGNIFIED = {"width": 640, "height": 450}  # a desktop at 200%
GROUNDS = {"light": "rgb(253, 252, 249)", "dark": "rgb(17, 25, 28)"}
APP = "document.querySelector('.stApp')"
FIGURE_WITH_WORDS = "[role=figure][aria-label] .js-plotly-plot"


@pytest.fixture(scope="module")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a closed study and an open one."""
    folder = tmp_path_factory.mktemp("accessibility")
    url = f"sqlite:///{folder / 'survey.db'}"
    make_store(url)
    store = open_store(url)
    store_published_study(store)
    store.engine.dispose()
    with running_app(GMN_DATABASE_URL=url, GMN_ADMIN_PASSWORD=PASSWORD) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, color_scheme="light")
    yield context.new_page()
    context.close()


def home(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("heading", name="The study that this grew from")).to_be_visible()


def home_after_a_guess(page: Page, url: str) -> None:
    home(page, url)
    page.get_by_role("radio", name="Rock").or_(page.get_by_role("button", name="Rock", exact=True)).click()
    expect(page.get_by_text("Our best classifier")).to_be_visible()


def classify(page: Page, url: str) -> None:
    page.goto(f"{url}/classify")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def generate(page: Page, url: str) -> None:
    page.goto(f"{url}/generate")
    expect(page.get_by_role("button", name="Generate").first).to_be_visible()


def take_part(page: Page, url: str) -> None:
    page.goto(f"{url}/survey")
    expect(page.get_by_role("button", name="Take part").first).to_be_visible()


def listen(page: Page, url: str) -> None:
    consent(page, url, SLUG)
    expect(page.get_by_role("heading").first).to_be_visible()


def results(page: Page, url: str) -> None:
    page.goto(f"{url}/results?of=published")
    expect(page.get_by_role("heading", name="Downloads")).to_be_visible(timeout=150_000)


def results_before_the_first_answer(page: Page, url: str) -> None:
    page.goto(f"{url}/results?of={SLUG}")
    expect(page.get_by_text("Nobody has answered yet.")).to_be_visible(timeout=150_000)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=150_000)


def models(page: Page, url: str) -> None:
    page.goto(f"{url}/models")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def run_a_study(page: Page, url: str) -> None:
    page.goto(f"{url}/studies")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Create a new study")).to_be_visible()


STATES: tuple[Callable[[Page, str], None], ...] = (
    home,
    home_after_a_guess,
    classify,
    generate,
    take_part,
    listen,
    results,
    results_before_the_first_answer,
    models,
    run_a_study,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_serious_keeps_people_out(
    visitor: Page, app_url: str, state: Callable[[Page, str], None]
) -> None:
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    state(visitor, app_url)
    expect(visitor.get_by_test_id("stSkeleton")).to_have_count(0)
    assert visitor.locator(".js-plotly-plot").count() == visitor.locator(FIGURE_WITH_WORDS).count()
    for viewport, scheme in LOOKS:
        visitor.set_viewport_size(viewport)
        visitor.emulate_media(color_scheme=scheme)
        until(visitor, f"getComputedStyle({APP}).backgroundColor === '{GROUNDS[scheme]}'")
        found = violations(visitor)
        assert not found, "\n".join([f"{viewport['width']} px, {scheme}:", *found])
    visitor.set_viewport_size(MAGNIFIED)
    main = visitor.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), "at 200% the page scrolls sideways"
    # The browser looks for Streamlit's own addresses below the page's first: its 404s are no errors of ours.
    assert [text for text in said if "404" not in text] == []
