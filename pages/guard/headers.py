"""What a browser is told about the app's pages: to trust nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import streamlit

from pages.guard.cookies import ARRIVAL_PAGE

_HOST = re.compile(r"[\w.:\[\]-]+", re.ASCII)
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@lru_cache(maxsize=16)  # whoever asks chooses the host
def security_headers(host: str) -> dict[str, str]:
    """Return the headers of every answer.

    The content security policy lets a page load, run and contact only what
    this server gives it: text that somehow became a script would not run, and
    an image address in a text is not fetched.

    Parameters
    ----------
    host : str
        Host and port by which the browser knows this server.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: {' '.join(map(_hash, _inline_scripts()))}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self'{sockets}",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-src": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _inline_scripts() -> list[str]:
    """Return the scripts that are written into pages: Streamlit's own, and that of the personal links."""
    index = Path(streamlit.__file__).parent / "static" / "index.html"
    return _INLINE_SCRIPT.findall(index.read_text(encoding="utf-8") + ARRIVAL_PAGE)


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
