"""How the pages' components are put together, and how data travel to them."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from pages.shared.components import component, packed


def test_a_packet_holds_its_header_and_then_the_files() -> None:
    data = packed({"name": "ü"}, b"one", b"", b"two")
    (length,) = struct.unpack_from("<I", data)
    assert json.loads(data[4 : 4 + length]) == {"name": "ü"}
    assert data[4 + length :] == b"onetwo"


def test_common_parts_come_before_a_components_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setattr(st.components.v2, "component", lambda name, **parts: made.update(parts, name=name))
    for suffix, text in (("html", "<p><!-- transport --></p>"), ("css", "p {}"), ("js", "export default 1;")):
        (tmp_path / f"own.{suffix}").write_text(text)
    component("tried", tmp_path, "own", scripts=("icons", "transport"), styles=("player",))
    assert made["name"] == "tried"
    assert 'class="toggle"' in made["html"]
    assert made["css"].index(".frame") < made["css"].index("p {}")
    parts = ("function unpacked", "function clock", "function transport", "export default 1;")
    places = [made["js"].index(part) for part in parts]
    assert places == sorted(places)
    assert made["js"].count("export") == 1
