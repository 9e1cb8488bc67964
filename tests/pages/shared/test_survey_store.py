"""The first start makes one default study, also where several servers start together."""

from __future__ import annotations

import os
import subprocess
import sys

from pages.shared.survey_store import DEFAULT_SLUG
from survey_db.store import open_store
from tests.survey_db.conftest import empty_url, postgres_server

__all__ = ["empty_url", "postgres_server"]

SERVER = "from pages.shared.survey_store import the_store; print(len(the_store().studies.all()))"


def test_servers_that_start_together_on_a_new_database_make_one_default_study(empty_url: str) -> None:
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env={**os.environ, "GMN_DATABASE_URL": empty_url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [server.communicate(timeout=120) for server in servers]
    assert [server.returncode for server in servers] == [0, 0], outputs
    assert [output.strip() for output, _ in outputs] == ["1", "1"]
    store = open_store(empty_url)
    (study,) = store.studies.all(archived=True)
    assert (study.slug, study.status) == (DEFAULT_SLUG, "open")
    assert len(store.samples.all(DEFAULT_SLUG)) == 7
    store.engine.dispose()
