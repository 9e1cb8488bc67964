"""What is done once, before the first visitor."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.server.starlette import starlette_server
from uvicorn import Config

from pages.guard.server import ignore_pages_folder, keep_theme, settle

APP = Path(__file__).parents[3] / "streamlit_app.py"


def test_a_new_server_does_not_take_the_folder_for_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    PagesManager(str(APP))
    assert PagesManager.uses_pages_directory, "Streamlit would; if it no longer does, the switch can go"
    PagesManager.uses_pages_directory = None
    ignore_pages_folder()
    PagesManager(str(APP))
    assert not PagesManager.uses_pages_directory


def test_a_streamlit_without_the_switch_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "streamlit.runtime.pages_manager", None)
    ignore_pages_folder()


def test_the_app_listens_to_this_computer_alone_unless_told_otherwise() -> None:
    settings = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "localhost"
    for told, address in ((), "localhost"), (("HOST=0.0.0.0",), "0.0.0.0"):
        command = ["make", "--dry-run", "--assume-old=.venv/app.stamp", "app", *told]
        said = subprocess.run(command, cwd=APP.parent, capture_output=True, text=True, check=True).stdout
        assert f"--server.address {address}\n" in said


def test_what_is_loaded_once_is_no_longer_walked_over_and_what_comes_later_is() -> None:
    before = gc.get_freeze_count()
    gc.disable()  # as the app does while it is loaded
    try:
        settle()
        assert gc.get_freeze_count() > before + 10_000
        assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


def test_the_theme_is_read_once_and_sent_as_streamlit_would_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sections = ("theme", *(f"theme.{each.value}" for each in config.CustomThemeCategories))
    populate, read = app_session._populate_theme_msg, config.get_options_for_section
    asked: list[str] = []
    # As the app sets it, and as one of whose sections some are empty.
    monkeypatch.setattr(app_session, "_populate_theme_msg", populate)
    monkeypatch.setattr(config, "get_options_for_section", lambda name: asked.append(name) or read(name))

    def sent() -> list[CustomThemeConfig]:
        themes = [CustomThemeConfig() for _ in sections]
        for theme, section in zip(themes, sections, strict=True):
            app_session._populate_theme_msg(theme, section)
        app_session._populate_theme_msg(themes[0].light.sidebar, "theme.light.sidebar")
        return themes

    config.get_config_options(force_reparse=True)  # whatever tests before have made of it
    as_before = sent()
    assert as_before[0].ByteSize()
    keep_theme()
    assert sent() == as_before
    asked.clear()
    assert sent() == as_before
    assert not asked


def test_a_streamlit_that_sends_its_theme_otherwise_does_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(app_session, "_populate_theme_msg")
    keep_theme()
    assert not hasattr(app_session, "_populate_theme_msg")


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not for Windows")
def test_small_messages_are_sent_at_once() -> None:
    # Streamlit's sockets name no protocol, for which asyncio's own loop leaves Nagle's algorithm on.
    at_once: list[int] = []

    class Look(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            made = transport.get_extra_info("socket")
            at_once.append(made.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    async def serve() -> None:
        listening = starlette_server._bind_socket("127.0.0.1", 0, 1)
        async with await asyncio.get_running_loop().create_server(Look, sock=listening):
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            await reader.read()
            writer.close()

    def run_server() -> None:
        with asyncio.Runner(loop_factory=Config("streamlit_app:app").get_loop_factory()) as runner:
            runner.run(serve())

    # A browser test before may have left a loop in this thread.
    thread = threading.Thread(target=run_server)
    thread.start()
    thread.join()
    assert at_once == [1]
