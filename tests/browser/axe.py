"""What axe-core finds on a page.

axe-core looks for what the Web Content Accessibility Guidelines ask: text that can be read, names of all
that can be pressed, headings in their order, targets that a thumb can hit.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}


def violations(page: Page) -> list[str]:
    """What axe-core finds serious, a line per element."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]} | {node['failureSummary'][:300]}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
