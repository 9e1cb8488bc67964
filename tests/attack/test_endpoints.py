"""What the server answers over HTTP, and what it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pages.guard.middleware import PAGES
from tests.attack.visitor import Server
from tests.browser.conftest import ROOT

CLOSED = (
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/interact",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/bidi-components/keep_cookie/keep.js",
    "/_stcore/upload_file",
    "/component/any/index.html",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/app/static/secrets.toml",
    "/.streamlit/secrets.toml",
    "/streamlit_app.py",
    "/pages/studies.py",
    "/static/../../web/cli.py",
    "/static/%2e%2e/%2e%2e/web/cli.py",
    "/var/survey.db",
    "//studies",
    "/studies/extra",
    "/nowhere",
    "/cookies/password",
    "/cookies/listener/Not%20a%20study",
)


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_what_no_page_needs_is_not_there(server: Server, path: str, method: str) -> None:
    answer = server.ask(path, method, b"" if method == "POST" else None)
    assert answer.status == 404
    assert answer.body == b"Not found"


@pytest.mark.parametrize("path", ["/", *(f"/{page}" for page in PAGES), "/continue"])
def test_pages_may_load_run_and_contact_this_server_only(server: Server, path: str) -> None:
    answer = server.ask(path)
    assert answer.status == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "'unsafe" not in policy["script-src"]
    assert "http" not in "".join(policy.values())


@pytest.mark.parametrize(
    ("path", "method"), [("/survey", "POST"), ("/_stcore/health", "PUT"), ("/media/a.mp3", "DELETE")]
)
def test_pages_and_files_are_only_read(server: Server, path: str, method: str) -> None:
    assert server.ask(path, method).status == 405


def test_another_site_gets_no_permission_to_set_cookies(server: Server) -> None:
    answer = server.ask(
        "/cookies/listener/six",
        "OPTIONS",
        Origin="https://elsewhere.example",
        Access_Control_Request_Method="PUT",
    )
    assert answer.status == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("body", [b"", b"short", b"a" * 65, b"with space in between", b"a" * 1_000_000])
def test_only_what_can_be_a_secret_becomes_a_cookie(server: Server, body: bytes) -> None:
    answer = server.ask("/cookies/listener/six", "PUT", body)
    assert answer.status == 400
    assert "set-cookie" not in answer.headers


def test_behind_https_the_cookie_is_for_https_alone(server: Server) -> None:
    for proto, secure in (("https", True), ("http", False)):
        answer = server.ask("/cookies/listener/six", "PUT", b"a" * 20, X_Forwarded_Proto=proto)
        assert answer.status == 204
        assert ("Secure" in answer.headers["set-cookie"]) is secure


def test_every_address_that_streamlit_serves_has_been_thought_of() -> None:
    """A new version may bring others, which are closed until they are looked at."""
    script = (
        "import streamlit_app\n"
        "for route in streamlit_app.app._build_starlette_app().routes: print(getattr(route, 'path', ''))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == {
        "/continue",
        "/ready",
        "/cookies/{kind}",
        "/cookies/{kind}/{slug}",
        "/_stcore/health",
        "/_stcore/metrics",
        "/_stcore/host-config",
        "/media/{file_id:path}",
        "/_stcore/upload_file/{session_id}/{file_id}",
        "/component/{path:path}",
        "/_stcore/bidi-components/{path:path}",
        "/_stcore/stream",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
    }
