"""Texts that would be scripts or fetch something from elsewhere, wherever somebody can put one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.browser.conftest import running_app
from tests.browser.listener import button, choose, database_of, six_clips

PASSWORD = "correct horse battery staple"


class Elsewhere:
    """A foreign server that notes what is asked of it."""

    def __init__(self) -> None:
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/favicon.ico":
                    asked.append(self.path)
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"

    def text(self, name: str) -> str:
        """A text that tries everything."""
        return (
            f"{name} ![a]({self.url}/{name}/markdown.png) <img src='{self.url}/{name}/html.png'>"
            f"<script>window.hacked = '{name}'</script><img src=x onerror=\"window.hacked='{name}'\">"
            f"<style>body {{ background: url({self.url}/{name}/style.png) }}</style>"
            f"<iframe src='{self.url}/{name}/frame'></iframe><svg onload=\"window.hacked='{name}'\">"
            f" [link](javascript:window.hacked='{name}') :material/![x]({self.url}/{name}/icon.png):"
        )


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    elsewhere = Elsewhere()
    threading.Thread(target=elsewhere.server.serve_forever, daemon=True).start()
    yield elsewhere
    elsewhere.server.shutdown()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('survey') / 'survey.db'}")
    new = NewStudy(
        title=elsewhere.text("t")[:200],
        slug="hostile",
        introduction=elsewhere.text("introduction"),
        volume_check=False,
        require_full_hearing=False,
    )
    store.studies.create(new, six_clips(), open_now=True)
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def app_url(store: Store) -> Iterator[str]:
    with running_app(GMN_DATABASE_URL=database_of(store), GMN_ADMIN_PASSWORD=PASSWORD) as url:
        yield url


@pytest.fixture(autouse=True)
def nothing_happened(page: Page, elsewhere: Elsewhere) -> Iterator[None]:
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    yield
    assert page.evaluate("window.hacked ?? null") is None
    assert elsewhere.asked == []


def test_the_foreign_server_would_have_noticed(page: Page, elsewhere: Elsewhere) -> None:
    page.goto(f"{elsewhere.url}/self-test")
    assert "/self-test" in elsewhere.asked
    elsewhere.asked.clear()


def test_a_study_and_a_listeners_comment(
    page: Page, app_url: str, store: Store, elsewhere: Elsewhere
) -> None:
    page.goto(f"{app_url}/survey")
    expect(page.get_by_role("button", name="Take part")).to_be_visible()
    page.goto(f"{app_url}/survey?study=hostile")
    page.get_by_text("I have read this and agree to take part.").click()
    button(page, "Begin").click()
    expect(page.get_by_text("Clip 1 of 6", exact=True)).to_be_visible()
    choose(page, "Jazz", 5)
    page.get_by_label("Comment (optional)").fill(elsewhere.text("comment")[:2000])
    page.keyboard.press("Tab")
    button(page, "Next").click()
    expect(page.get_by_text("Clip 2 of 6", exact=True)).to_be_visible()

    page.goto(f"{app_url}/studies")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Sign in").click()
    expect(page.get_by_text("Listeners take part by this link")).to_be_visible()
    page.get_by_role("tab", name="Listeners").click()
    page.get_by_label("Listener number or completion code").fill(elsewhere.text("number")[:60])
    page.get_by_text("Delete their data for good").click()
    button(page, "Withdraw the listener").click()
    expect(page.get_by_text("The study has no listener")).to_be_visible()
    store.studies.set_status("hostile", "closed")
    page.goto(f"{app_url}/results?of=hostile")
    expect(page.get_by_role("heading", name="Downloads")).to_be_visible(timeout=120_000)


@pytest.mark.parametrize(
    "page_name", ["survey?study=", "results?of=", "generate?genre=", "continue#study=", "?x="]
)
def test_an_address(page: Page, app_url: str, elsewhere: Elsewhere, page_name: str) -> None:
    page.goto(f"{app_url}/{page_name}{elsewhere.text('address')}")
    page.wait_for_timeout(3000)


def test_the_name_of_a_file(page: Page, app_url: str, tmp_path: Path, elsewhere: Elsewhere) -> None:
    wave = 0.3 * np.sin(2 * np.pi * 330 * np.arange(3 * 22_050) / 22_050)
    soundfile.write(tmp_path / "a.wav", wave, 22_050)
    name = f"![a]({elsewhere.url}/file.png)<img src=x onerror=window.hacked=1>.wav"
    page.goto(f"{app_url}/classify")
    payload = {"name": name, "mimeType": "audio/wav", "buffer": (tmp_path / "a.wav").read_bytes()}
    page.locator("input[type=file]").set_input_files([payload, {**payload, "buffer": b"none"}])
    expect(page.get_by_test_id("stMetric")).to_have_count(3, timeout=90_000)
