"""Has a visitor's browser keep a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from pages.guard.cookies import cookie_name, cookie_path

_keep = st.components.v2.component(
    "keep_cookie", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def keep_cookie(kind: str, secret: str | None, slug: str | None = None) -> bool:
    """Have the browser keep a secret in a cookie, or forget it where it is None.

    Returns
    -------
    bool
        Whether the cookie is kept, as far as is known; False where the browser keeps none.
    """
    kept = _keep(
        key=f"keep-{cookie_name(kind, slug)}",
        data={"path": cookie_path(kind, slug), "secret": secret},
        default={"lost": False},
        on_lost_change=lambda: None,
    )
    return not kept.lost


def held_cookie(kind: str, slug: str | None = None) -> str | None:
    """Return the secret that the browser had when it connected."""
    secret = cookies().get(cookie_name(kind, slug))
    return secret if isinstance(secret, str) else None


def cookies() -> Mapping[str, str]:
    """Return all that the browser sent when it connected."""
    return st.context.cookies
