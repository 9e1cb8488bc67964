"""The cookies by which a browser is known again, set so that no script of any page can read them.

A Streamlit script cannot set such a cookie; these small requests can. They are
made by `keep.js` on behalf of a page, and by the page behind a personal link,
whose secret stands behind the link's ``#``: browsers keep that part to
themselves, so that it is in no log of any server. Another site can make none
of these requests: their methods need a permission (CORS) that is never given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

LISTENER, PREVIEW, ADMIN = "listener", "preview", "admin"
MAX_AGE: dict[str, int | None] = {LISTENER: 60 * 24 * 60 * 60, PREVIEW: None, ADMIN: 7 * 24 * 60 * 60}
"""Seconds for which a browser keeps each kind; None where it is until the browser is closed."""

ARRIVAL_PAGE = (Path(__file__).parent / "continue.html").read_text(encoding="utf-8")

_SECRET = re.compile(rb"[A-Za-z0-9_-]{16,64}")


def cookie_name(kind: str, slug: str | None = None) -> str:
    """Return the name of a cookie; for listeners and previews it names the study too."""
    return f"{kind}-{slug}" if slug else kind


def cookie_path(kind: str, slug: str | None = None) -> str:
    """Return the address at which a cookie is set and deleted, relative to the app's pages."""
    return f"cookies/{kind}/{slug}" if slug else f"cookies/{kind}"


def personal_link(page_url: str, slug: str, kind: str, secret: str) -> str:
    """Return the link that gives another browser a cookie for a study; ``page_url`` is any page's."""
    parts = urlsplit(page_url)
    folder = parts.path.rpartition("/")[0]
    fragment = urlencode({"study": slug, kind: secret})
    return parts._replace(path=f"{folder}/continue", query="", fragment=fragment).geturl()


def cookie_routes(
    base: str, hand_over: Callable[[str], str | None], sign_out: Callable[[str], None]
) -> list[Route]:
    """Return the requests that set, look for and delete cookies, and the page behind personal links.

    Parameters
    ----------
    base : str
        Path of the app; empty where it has a host of its own.
    hand_over : callable
        Turns the secret that a page has been told of a new sign-in into the
        one that the cookie holds; None where there is no such sign-in.
    sign_out : callable
        Ends the sign-in that a cookie holds.
    """

    class Cookie(HTTPEndpoint):
        async def put(self, request: Request) -> Response:
            sent = await _secret(request)
            secret = await run_in_threadpool(hand_over, sent) if sent and _kind(request) == ADMIN else sent
            return Response(status_code=400) if secret is None else _with_cookie(request, secret)

        async def get(self, request: Request) -> Response:
            return Response(status_code=204 if _name(request) in request.cookies else 404)

        async def delete(self, request: Request) -> Response:
            held = request.cookies.get(_name(request))
            if held and _kind(request) == ADMIN:
                await run_in_threadpool(sign_out, held)
            return _with_cookie(request, None)

    async def arrive(request: Request) -> Response:
        return HTMLResponse(ARRIVAL_PAGE, headers={"Cache-Control": "no-store"})

    return [
        Route(f"{base}/continue", arrive, methods=["GET"]),
        Route(f"{base}/cookies/{{kind}}", Cookie),
        Route(f"{base}/cookies/{{kind}}/{{slug}}", Cookie),
    ]


def _kind(request: Request) -> str:
    return str(request.path_params["kind"])


def _name(request: Request) -> str:
    return cookie_name(_kind(request), request.path_params.get("slug"))


async def _secret(request: Request) -> str | None:
    """Return the secret that a request carries; None where it is none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if not _SECRET.fullmatch(body):
            return None
    return body.decode()


def _with_cookie(request: Request, secret: str | None) -> Response:
    """Answer with a cookie, or with its end."""
    response = Response(status_code=204)
    response.set_cookie(
        _name(request),
        secret or "",
        max_age=MAX_AGE[_kind(request)] if secret else 0,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response
