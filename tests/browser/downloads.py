"""Files that a page gives away, waited for in a browser."""

from __future__ import annotations

from playwright.sync_api import Download, Locator, Page, TimeoutError

PATIENCE_MS = (20_000, 30_000, 60_000)


def download(page: Page, button: Locator) -> Download:
    """Click until the file comes, as a person would: a page that still moves under it loses a click."""
    for patience in PATIENCE_MS[:-1]:
        try:
            return _download(page, button, patience)
        except TimeoutError:
            continue
    return _download(page, button, PATIENCE_MS[-1])


def _download(page: Page, button: Locator, patience: float) -> Download:
    with page.expect_download(timeout=patience) as waiting:
        button.click(timeout=120_000)
    return waiting.value
