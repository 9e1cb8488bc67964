"""The app in a real server, looked at with a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

# Chromium's own calls home only slow a test down; the sandbox wants rights that containers lack.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]

expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_app(**environment: str) -> Iterator[str]:
    """Start the app on a free port and give its address; the server ends with the block."""
    port = free_port()
    server = start_app(port, **environment)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(server, url)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def start_app(port: int, **environment: str) -> subprocess.Popen[bytes]:
    """Start the app on a port, without waiting for it."""
    command = [
        *(sys.executable, "-m", "streamlit", "run", "streamlit_app.py"),
        *("--server.port", str(port), "--server.address", "127.0.0.1"),
        *("--server.headless", "true", "--server.fileWatcherType", "none"),
    ]
    # One worker gets ready sooner than two, and a test is one visitor.
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "GMN_WORKERS": "1", **environment})


def wait_until_healthy(server: subprocess.Popen[bytes], url: str, seconds: float = 60) -> None:
    """Wait until the server answers; fail at once if it has died."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the app ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not answer within {seconds:.0f} s")


@pytest.fixture(scope="module")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app with an empty survey database of its own."""
    database = tmp_path_factory.mktemp("survey") / "survey.db"
    with running_app(GMN_DATABASE_URL=f"sqlite:///{database}", GMN_ADMIN_PASSWORD="correct horse") as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where it is installed, else the one Playwright has downloaded."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("no Chromium here: install it, or run `python -m playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[DESKTOP], ids=["desktop"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page; parametrize it indirectly with `PHONE` for a phone-sized one."""
    context = browser.new_context(viewport=request.param, accept_downloads=True)
    yield context.new_page()
    context.close()
