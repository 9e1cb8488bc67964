"""What the components of the pages have in common: how they are made, and how data travel to them.

Streamlit hands a component's script to the browser as one text. So what several scripts use is put before
each of them, as parts of one module that export nothing. ``icons.js``, ``transport.js``, ``transport.html``
and ``player.css`` make the player that every page has; ``lanes.js`` draws the band in it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_FILES = Path(__file__).parent
_TRANSPORT = "<!-- transport -->"


def component(
    name: str,
    folder: Path,
    stem: str = "view",
    *,
    scripts: tuple[str, ...] = (),
    styles: tuple[str, ...] = (),
) -> ComponentRenderer:
    """Return a component that is made of an HTML, a CSS and a JavaScript file.

    Parameters
    ----------
    name : str
        What Streamlit knows it by.
    folder : Path
        Holds the files.
    stem : str
        The files' name.
    scripts, styles : tuple of str
        Names of the files of this package that come before the component's own,
        without suffix. ``packet.js`` always does.
    """

    def together(common: tuple[str, ...], suffix: str) -> str:
        files = [*(_FILES / f"{part}.{suffix}" for part in common), folder / f"{stem}.{suffix}"]
        return "\n".join(_read(file) for file in files)

    return st.components.v2.component(
        name,
        html=_read(folder / f"{stem}.html").replace(_TRANSPORT, _read(_FILES / "transport.html").strip()),
        css=together(styles, "css"),
        js=together(("packet", *scripts), "js"),
    )


def packed(header: Mapping[str, Any], *files: bytes) -> bytes:
    """Return data for a component: the length of a header (uint32, little endian), the header in JSON, files.

    Bytes have no address in the browser that would tell anything, and are sent once.
    """
    text = json.dumps(header).encode()
    return b"".join([struct.pack("<I", len(text)), text, *files])


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
