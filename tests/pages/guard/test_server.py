"""What is done once, before the first visitor."""

from __future__ import annotations

import gc
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager

from pages.guard.server import ignore_pages_folder, settle

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


def test_what_is_loaded_once_is_no_longer_walked_over() -> None:
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before + 10_000
        assert gc.get_count()[2] == 0
    finally:
        gc.unfreeze()
