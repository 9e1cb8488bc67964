"""What the server adds around the app that Streamlit serves."""

from __future__ import annotations

import gc
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib import import_module
from threading import Timer
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from gmn_core.memory import share_one_arena
from pages.admin.gate import announce_password, the_password
from pages.guard.cookies import cookie_routes
from pages.guard.draining import draining, gentle_stop
from pages.guard.forgetting import forgetting
from pages.guard.logs import keep_secrets_out_of_logs, log_what_ends_threads, write_json_lines
from pages.guard.metrics import serving_metrics
from pages.guard.middleware import Guard
from pages.guard.readiness import Readiness, database_check, models_check, ready_route
from pages.guard.requests import Numbered, request_number
from pages.guard.uploads import sweeping
from pages.guard.values import hold_values_to_their_widgets
from pages.shared.survey_store import the_store
from pages.shared.work import worker_pool

PAGES_LOADED = (
    "gmn_core.figures.classification",
    "pages.listener.samples",
    "pages.listener.screens",
    "pages.shared.classifiers",
    "pages.shared.generated",
    "pages.shared.study_results",
)
"""Modules that bring what nearly all pages need."""

_UNTIL_IT_LISTENS = 0.5  # seconds from the end of the preparation, after which a browser is not turned away


def prepare() -> None:
    """Do what is done once, before the first visitor."""
    share_one_arena()
    write_json_lines(request_number)
    keep_secrets_out_of_logs(the_password())
    log_what_ends_threads()
    hold_values_to_their_widgets()
    announce_password()
    ignore_pages_folder()
    keep_theme()


def ignore_pages_folder() -> None:
    """Keep Streamlit from taking the folder ``pages`` for its old kind of pages.

    It does so until the first call of `st.navigation`, so that the first
    visitor by a link to a page would not see the app around it. The switch
    is not documented; a Streamlit without it has no old kind of pages either.
    """
    with suppress(ImportError):
        from streamlit.runtime.pages_manager import PagesManager

        PagesManager.uses_pages_directory = False


def keep_theme() -> None:
    """Have Streamlit read its theme once, and not at every run of every page.

    It looks through all its settings for each of the theme's sections, which
    was an eighth of a listener's click, and sends what they were at the start.
    The place is not documented; a Streamlit without it reads them as it likes.
    """
    with suppress(ImportError, AttributeError):
        from streamlit.proto.NewSession_pb2 import CustomThemeConfig
        from streamlit.runtime import app_session

        populate = app_session._populate_theme_msg

        @cache
        def read(section: str) -> CustomThemeConfig:
            theme = CustomThemeConfig()
            populate(theme, section)
            return theme

        def fill(msg: CustomThemeConfig, section: str = "theme") -> None:
            if read(section).ByteSize():  # else the section would count as given
                msg.MergeFrom(read(section))

        app_session._populate_theme_msg = fill


def middleware() -> Sequence[Middleware]:
    """Return what every request passes."""
    return [Middleware(Numbered), Middleware(Guard, base=_base(), draining=draining)]


def routes() -> Sequence[BaseRoute]:
    """Return what is served beside Streamlit's own."""
    return [
        ready_route(_base(), Readiness({"database": database_check, "models": models_check}, draining)),
        *cookie_routes(
            _base(),
            hand_over=lambda secret: the_store().sign_ins.hand_over(secret),
            sign_out=lambda secret: the_store().sign_ins.end_by(secret),
        ),
    ]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Accompany the server from its start to its end."""
    worker_pool().start()
    models_check.start()
    settle()
    if not st.get_option("server.headless"):
        address = f"http://localhost:{st.get_option('server.port')}{_base()}"
        Timer(_UNTIL_IT_LISTENS, webbrowser.open, [address]).start()
    try:
        async with sweeping(), forgetting(), serving_metrics(worker_pool().turns):
            with gentle_stop():
                yield {}
    finally:
        worker_pool().close()


def settle() -> None:
    """Load what pages need, before the first visitor comes, and have collections of garbage pass it over.

    Not beside the first visitor: modules that two threads import at the same time may meet half made.
    A full collection walks over every object of the process and stops all
    visitors meanwhile; what was loaded once is never garbage. Nothing is
    collected while it is loaded, nor at the end, which would take a sixth of
    the start: some two thousand objects of 2 MB or less are garbage then.
    """
    for page in PAGES_LOADED:
        import_module(page)
    gc.freeze()
    gc.enable()


def _base() -> str:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
