"""``app``: Streamlit is started on the app's script."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from gmn_core.cli import app
from gmn_core.cli.usage import UsageError

ROOT = Path(__file__).parents[3]


def test_a_checkout_opens_its_own_app() -> None:
    assert app.command(9000)[-4:] == ["run", str(ROOT / "streamlit_app.py"), "--server.port", "9000"]


def test_an_app_or_a_library_that_is_not_there_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(app, "_PLACES", (tmp_path / "streamlit_app.py",))
    with pytest.raises(UsageError, match="not part of this copy"):
        app.command(9000)
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"generative-music-network\[app\]"):
        app.run(argparse.Namespace(port=9000))
