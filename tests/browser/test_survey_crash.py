"""The server is killed again and again while listeners answer; no answer whose screen advanced is lost."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from survey_db.reporting.responses import read_responses
from survey_db.store import Store
from tests.browser.conftest import free_port, start_app, wait_until_healthy
from tests.browser.listener import SLUG, button, choose, consent, database_of, make_store, token_of

SCREEN = re.compile(r"^Clip \d of 6$|^Thank you!$")
# When the server is killed after the click: while the answer is under way, stored, or shown to be.
DELAYS_MS = (0, 400, 50, 1000, 150, 20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = make_store(tmp_path, practice=False, require_full_hearing=False, volume_check=False)
    yield store
    store.engine.dispose()


class Server:
    """An app that can be killed and started again at the same address."""

    def __init__(self, store: Store) -> None:
        self._database = database_of(store)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        self._process: subprocess.Popen[bytes] = start_app(self._port, GMN_DATABASE_URL=self._database)
        wait_until_healthy(self._process, self.url)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=20)


def positions(page: Page) -> list[int]:
    """The clip on the screen at this moment, 7 at the end; nothing between two screens."""
    shown = page.get_by_text(SCREEN).all_inner_texts()
    return [7 if text.startswith("Thank") else int(text.split()[1]) for text in shown]


def settled_position(page: Page) -> int:
    """The clip that a page comes to show."""
    expect(page.get_by_text(SCREEN)).to_be_visible()
    return positions(page)[0]


def stored_positions(store: Store, page: Page) -> list[int]:
    """The positions that the listener of a page has answers for, as the database has them."""
    state = store.listening.state(SLUG, token_of(page))
    assert state is not None
    frame = read_responses(store, store.studies.get(SLUG).id)
    own = frame[frame["listener"] == state.listener.short_id]
    assert own["rating"].tolist() == own["position"].tolist()
    positions: list[int] = own["position"].tolist()
    return positions


def test_no_answer_whose_screen_advanced_is_lost(browser: Browser, store: Store) -> None:
    server = Server(store)
    pages = [browser.new_context().new_page() for _ in range(2)]
    try:
        for page in pages:
            consent(page, server.url)
        shown = [settled_position(page) for page in pages]
        for delay in DELAYS_MS:
            for page, position in zip(pages, shown, strict=True):
                choose(page, "Jazz", position)
                go_on = button(page, "Next" if position < 6 else "Finish")
                expect(go_on).to_be_enabled()
                go_on.click()
            pages[0].wait_for_timeout(delay)
            seen = [max([*positions(page), position]) for page, position in zip(pages, shown, strict=True)]
            server.kill()
            for page, position in zip(pages, seen, strict=True):
                answered = len(stored_positions(store, page))
                assert answered >= position - 1, "a screen advanced without its answer"
            server.start()
            for page in pages:
                page.reload()
            shown = [settled_position(page) for page in pages]
            for page, position in zip(pages, shown, strict=True):
                assert stored_positions(store, page) == list(range(1, position))
        assert min(shown) > 2, "hardly an answer got through between the kills"
    finally:
        server.kill()
        for page in pages:
            page.context.close()


def test_a_click_that_is_the_first_thing_a_new_server_hears_counts(page: Page, store: Store) -> None:
    server = Server(store)
    try:
        consent(page, server.url)
        settled_position(page)
        token_of(page)
        choose(page, "Jazz", 1)
        expect(button(page, "Next")).to_be_enabled()
        server.kill()
        with page.expect_websocket(timeout=60_000):
            server.start()
        button(page, "Next").click()
        expect(page.get_by_text("Clip 2 of 6", exact=True)).to_be_visible()
        assert stored_positions(store, page) == [1]
    finally:
        server.kill()
