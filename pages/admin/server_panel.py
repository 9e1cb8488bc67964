"""How the server fares that an administrator is connected to, in a few figures."""

from __future__ import annotations

import time

import psutil
import streamlit as st

from pages.guard import metrics
from pages.guard.readiness import GOOD, LOADING, database_check, models_check
from pages.shared.tables import figures_in_a_row
from pages.shared.work import worker_pool
from survey_db.store import Store

_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def server_panel(store: Store) -> None:
    """Show what this server does, what waits, what failed and what it takes."""
    web, turns = psutil.Process(), worker_pool().turns
    rows = (
        {
            "Visits connected": f"{metrics.counted(metrics.VISITS)}",
            "Work: running, waiting": f"{turns.n_working}, {turns.n_waiting}",
            "Memory: server, workers": f"{_mb(web.memory_info().rss)}, {_mb(metrics.workers_memory())}",
        },
        {
            "Answers stored": f"{metrics.counted(metrics.ANSWERS):,}",
            "Work done": f"{metrics.counted(metrics.WORKS):,}",
            "Failures: work, pages": (
                f"{metrics.counted(metrics.WORK_FAILURES)}, {metrics.counted(metrics.PAGE_FAILURES)}"
            ),
        },
    )
    for row in rows:
        figures_in_a_row(row)
    kind = _KINDS.get(store.engine.dialect.name, store.engine.dialect.name)
    said = {f"database ({kind})": database_check(), "models": models_check()}
    wrong = [f"{name}: {what}" for name, what in said.items() if what not in (GOOD, LOADING)]
    if wrong:
        st.warning("; ".join(wrong), icon=":material/error:")
    if said["models"] == LOADING:
        state = "The models are still being loaded."
    else:
        state = "" if wrong else f"{kind} and the models can be used."
    st.caption(
        f"Counted since this server was started {_ago(time.time() - web.create_time())} ago; where there are "
        f"several, each counts for itself. {state}"
    )


def _mb(n_bytes: int) -> str:
    return f"{n_bytes / 2**20:,.0f} MB"


def _ago(seconds: float) -> str:
    """Return a time in the largest whole unit.

    Examples
    --------
    >>> _ago(59), _ago(7300), _ago(200000)
    ('59 s', '2 h', '2 days')
    """
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length or (unit != "days" and seconds >= length):
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds:.0f} s"
