"""A listener's session goes on over a database that stops, and a browser remembers what it must."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from survey_db.reporting.responses import read_responses
from survey_db.store import Store
from tests.browser.conftest import PHONE, running_app
from tests.browser.listener import (
    SECONDS,
    SLUG,
    at_clip,
    button,
    choose,
    consent,
    database_of,
    hear,
    make_store,
    until,
)
from tests.survey_db.postgres import PostgresServer, scratch_postgres

LOST = "The connection to the study was lost. Trying again…"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that these tests may stop."""
    with scratch_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def store(server: PostgresServer) -> Iterator[Store]:
    store = make_store(server.new_url(), practice=False, volume_check=False)
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def app_url(store: Store) -> Iterator[str]:
    with running_app(GMN_DATABASE_URL=database_of(store)) as url:
        yield url


def kept_in(page: Page) -> list[str]:
    """Names of what the browser keeps of answers."""
    names: list[str] = page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('answer-'))")
    return names


def no_framework_error(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "Traceback" not in page.content()


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_session_goes_on_over_a_database_that_stops(
    page: Page, app_url: str, store: Store, server: PostgresServer
) -> None:
    consent(page, app_url)
    at_clip(page, 1)

    # It stops while the clip plays: the clip plays on, everything can be chosen and sent.
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    server.stop()
    expect(page.get_by_text("Heard to the end.")).to_be_visible()
    expect(page.get_by_text(LOST)).to_be_visible()
    choose(page, "Jazz", 7)
    page.get_by_label("Comment (optional)").fill("Swings.")
    page.keyboard.press("Tab")
    expect(button(page, "Next")).to_be_enabled()
    button(page, "Next").click()
    expect(button(page, "Next")).to_be_disabled()
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(page.get_by_label("Comment (optional)")).to_have_value("Swings.")
    no_framework_error(page)

    # Loaded anew meanwhile, the page has nothing but the browser's own memory.
    assert len(kept_in(page)) == 1
    page.reload()
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(page.get_by_text("Clip 1 of 6")).to_have_count(0)
    no_framework_error(page)
    server.start()
    at_clip(page, 2)
    expect(page.get_by_text(LOST)).to_have_count(0)
    (row,) = read_responses(store, store.studies.get(SLUG).id).to_dict("records")
    assert (row["guess"], row["rating"], row["comment"]) == ("jazz", 7, "Swings.")
    ((start, end),) = json.loads(row["intervals_heard"])
    assert start == 0
    assert 0.95 * SECONDS <= end <= SECONDS + 0.1

    # It stops between the choice and the click, and comes back by itself.
    hear(page)
    choose(page, "Rock", 3)
    expect(button(page, "Next")).to_be_enabled()
    server.stop()
    button(page, "Next").click()
    expect(page.get_by_text(LOST)).to_be_visible()
    server.start()
    at_clip(page, 3)

    # What keeps the answer takes no room on the page.
    assert page.locator("[class*='st-key-stored-']").bounding_box() is None
    # What is chosen is there again after a reload, the answer not being sent yet.
    choose(page, "Metal", 9)
    until(page, """Object.values(localStorage).some(kept => kept.includes('"rating":9'))""")
    page.reload()
    at_clip(page, 3)
    expect(page.locator(".st-key-rating").get_by_role("radio", name="9")).to_be_checked()
    hear(page)
    expect(button(page, "Next")).to_be_enabled()
    button(page, "Next").click()
    for position in range(4, 7):
        at_clip(page, position)
        expect(page.locator('[aria-checked="true"], [aria-pressed="true"]')).to_have_count(0)
        hear(page)
        choose(page, "Pop", position)
        button(page, "Next" if position < 6 else "Finish").click()
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
    expect(page.get_by_text("How your guesses compare")).to_be_visible()
    frame = read_responses(store, store.studies.get(SLUG).id)
    assert frame["rating"].tolist() == [7, 3, 9, 4, 5, 6]
    assert frame["is_retake"].tolist() == [False] * 6
    until(page, "!Object.keys(localStorage).some(name => name.startsWith('answer-'))")


def test_any_page_says_in_a_sentence_with_a_number_that_it_failed(
    page: Page, app_url: str, store: Store, server: PostgresServer
) -> None:
    page.goto(f"{app_url}/results")
    expect(page.get_by_role("heading", name="Results", exact=True)).to_be_visible(timeout=120_000)
    server.stop()
    try:
        page.reload()
        sentence = page.get_by_text(
            re.compile(r"database cannot be used at the moment.* the number \w{4}-\w{4}")
        )
        expect(sentence).to_be_visible()
        no_framework_error(page)
    finally:
        server.start()


def test_a_second_session_after_the_genres_were_shown_is_a_retake(
    page: Page, app_url: str, store: Store
) -> None:
    before = {attendance.short_id for attendance in store.attendances.all(SLUG)}
    for taken in range(2):
        consent(page, app_url)
        for position in range(1, 7):
            at_clip(page, position)
            hear(page)
            choose(page, "Pop", position)
            button(page, "Next" if position < 6 else "Finish").click()
        expect(page.get_by_text("How your guesses compare")).to_be_visible()
        until(page, f"localStorage.getItem('genres-of-{SLUG}') !== null")
        if not taken:
            button(page, "Someone else wants to listen on this device").click()
            expect(page.get_by_text("I have read this and agree to take part.")).to_be_visible()
    listeners = [one for one in store.attendances.all(SLUG) if one.short_id not in before]
    assert [one.is_retake for one in sorted(listeners, key=lambda one: one.consented_at)] == [False, True]
