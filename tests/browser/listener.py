"""What a listener does in a browser, and a study for them to take part in."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.survey_db.material import SIX_GENRES, tone

SLUG = "what-do-you-hear"
SECONDS = 1.5
# Looked for in what listeners receive: too long to stand in a random identifier by chance.
SEED = 471_147_114_711_471


def six_clips() -> list[NewSample]:
    """Short clips of six genres."""
    return [
        NewSample(
            audio=tone(300 + 50 * place, SECONDS, kind="MP3"), intended_genre=genre, settings={"seed": SEED}
        )
        for place, genre in enumerate(SIX_GENRES)
    ]


def make_store(where: Path | str, *, practice: bool = True, **settings: object) -> Store:
    """A survey in a folder, or at the URL of a database, with an open study of six short clips."""
    samples = six_clips()
    if practice:
        samples.append(NewSample(audio=tone(900, SECONDS, kind="MP3"), intended_genre="pop", practice=True))
    store = open_store(where if isinstance(where, str) else f"sqlite:///{where / 'survey.db'}")
    store.studies.create(NewStudy(title="What do you hear?", slug=SLUG, **settings), samples, open_now=True)
    return store


def database_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def consent(page: Page, app_url: str, slug: str = SLUG) -> None:
    """Follow the link and agree to take part."""
    page.goto(f"{app_url}/survey?study={slug}")
    expect(button(page, "Begin")).to_be_disabled(timeout=120_000)
    page.get_by_text("I have read this and agree to take part.").click()
    button(page, "Begin").click()


def token_of(page: Page, slug: str = SLUG) -> str:
    """The listener's token, as the browser's cookie comes to hold it."""
    for _ in range(600):
        for cookie in page.context.cookies():
            if cookie["name"] == f"listener-{slug}" and cookie["value"]:
                return cookie["value"]
        page.wait_for_timeout(100)
    raise AssertionError("the browser was given no cookie")


def at_clip(page: Page, position: int, of: int = 6) -> None:
    """Wait for a clip's screen."""
    expect(page.get_by_text(f"Clip {position} of {of}", exact=True)).to_be_visible()


def choose(page: Page, genre: str, rating: int) -> None:
    """Choose a genre and a rating, unless they are chosen: a second click would take a choice back."""
    options = (
        page.get_by_role("radio", name=genre, exact=True).or_(button(page, genre)),
        page.locator(".st-key-rating").get_by_text(str(rating), exact=True).first,
    )
    for option in options:
        if not option.evaluate("it => !!it.closest('[aria-checked=true], [aria-pressed=true]')"):
            option.click()


def until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait for a condition in the page, whose policy allows no script but its own to look out for it."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(100)


def hear(page: Page) -> None:
    """Play the clip to its end."""
    button(page, "Play").click()
    expect(page.get_by_text("Heard to the end.")).to_be_visible()
