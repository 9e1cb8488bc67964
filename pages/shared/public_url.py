"""Where this server is known to the public: the beginning of every link that is given away."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

import streamlit as st

from pages.guard.cookies import personal_link

PUBLIC_URL_NAME = "GMN_PUBLIC_URL"


def page_url() -> str:
    """Return the address of a page of this server, as others reach it.

    That of ``GMN_PUBLIC_URL`` where it is set, else the one by which this
    visitor's browser knows the page.
    """
    public = os.environ.get(PUBLIC_URL_NAME, "").strip()
    if urlsplit(public).scheme in ("http", "https"):
        return f"{public.rstrip('/')}/page"
    return st.context.url or ""


def link_for_browser(slug: str, kind: str, secret: str) -> str:
    """Return the personal link of a study, as `personal_link` makes it, at the public address."""
    return personal_link(page_url(), slug, kind, secret)


def only_here(url: str) -> bool:
    """Return whether an address leads nowhere from any other machine.

    Examples
    --------
    >>> only_here("http://localhost:8501/studies"), only_here("https://study.example.org/studies")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
