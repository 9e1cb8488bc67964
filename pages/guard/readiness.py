"""Whether this server can take visitors: what a proxy or an orchestrator asks before it sends any.

Streamlit's own ``/_stcore/health`` says that the process lives; ``/ready``
says that a listener could take part and a visitor have music classified.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from threading import Lock, Thread

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pages.guard.draining import Draining
from pages.shared.survey_store import the_store
from pages.shared.work import worker_pool
from pages.workers import tasks
from pages.workers.errors import WorkError
from survey_db.errors import DatabaseError

GOOD, LOADING = "ok", "loading"
_KEPT_SECONDS = 1.0  # whoever asks more often is told the same

_log = logging.getLogger(__name__)

Check = Callable[[], str]
"""Says `GOOD`, or in a few words that betray nothing what is wrong."""


class Readiness:
    """What a server needs, checked when asked, at most once a second.

    Parameters
    ----------
    checks : mapping of str to callable
        A check for each thing by its name.
    draining : Draining
        The state of the server's end.
    clock : callable, optional
        Seconds that never run backwards.
    """

    def __init__(
        self, checks: Mapping[str, Check], draining: Draining, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._checks = checks
        self._draining = draining
        self._clock = clock
        self._found: dict[str, str] = {}
        self._checked_at = float("-inf")
        self._lock = Lock()

    def look(self) -> dict[str, str]:
        """Return what each check says; what is wrong is logged when it begins, and when it is over."""
        with self._lock:
            if self._clock() - self._checked_at >= _KEPT_SECONDS:
                found = {name: check() for name, check in self._checks.items()}
                for name, said in found.items():
                    if said != self._found.get(name, GOOD):
                        _log.warning("Readiness: %s: %s.", name, said)
                self._found, self._checked_at = found, self._clock()
            return dict(self._found)

    async def answer(self, request: Request) -> Response:
        """Answer whether this server is ready: by 200, else by 503."""
        self._draining.note_check()
        found = await run_in_threadpool(self.look)
        if self._draining.begun:
            found["server"] = "stopping"
        good = set(found.values()) <= {GOOD}
        return JSONResponse(
            {"ready": good, **found}, status_code=200 if good else 503, headers={"Cache-Control": "no-store"}
        )


def ready_route(base: str, readiness: Readiness) -> Route:
    """Return the address at which a server says whether it is ready."""
    return Route(f"{base}/ready", readiness.answer, methods=["GET"])


def database_check() -> str:
    """Say whether the survey's database answers."""
    try:
        the_store().check()
    except DatabaseError:
        return "cannot be used"
    return GOOD


class ModelsCheck:
    """Says whether a worker has loaded every model; looked up once, when the server starts."""

    def __init__(self) -> None:
        self._said = LOADING

    def __call__(self) -> str:
        """Say what was found."""
        return self._said

    def start(self) -> None:
        """Look in the background."""
        Thread(target=self._look, name="models check", daemon=True).start()

    def _look(self) -> None:
        try:
            problems = worker_pool().do(tasks.missing_models)
        except WorkError:
            problems = ("no worker could load them",)
        for problem in problems:
            _log.warning("%s", problem)
        self._said = "missing" if problems else GOOD


models_check = ModelsCheck()
"""That of this process."""
