"""Has the server forget who listeners were, where its settings say after how long."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.concurrency import run_in_threadpool

from pages.guard.background import in_background
from pages.shared.survey_store import the_store
from survey_db.errors import SurveyError

DAYS_NAME = "GMN_RETENTION_DAYS"
EVERY_SECONDS = 60.0 * 60.0

_log = logging.getLogger(__name__)


def retention_days() -> int | None:
    """Return the setting from the environment; None where listeners are not forgotten."""
    given = os.environ.get(DAYS_NAME, "")
    return int(given) if given.isdecimal() and int(given) > 0 else None


def forget_once(days: int) -> None:
    """Forget who was last seen so many days ago; what fails is tried again next time."""
    try:
        count = the_store().retention.forget(days)
    except SurveyError as error:
        _log.warning("Listeners could not be forgotten: %s", error)
    else:
        if count:
            _log.info("Forgot who %d listeners were, after %d days.", count, days)


@asynccontextmanager
async def forgetting() -> AsyncIterator[None]:
    """Forget, every hour while the block runs."""
    days = retention_days()
    if days is None:
        if os.environ.get(DAYS_NAME):
            _log.warning("%s is not a number of days; nobody is forgotten.", DAYS_NAME)
        yield
        return

    async def forget() -> None:
        while True:
            await run_in_threadpool(forget_once, days)
            await asyncio.sleep(EVERY_SECONDS)

    async with in_background(forget(), "forget"):
        yield
