"""The store's door: sessions that commit whole or not at all, many writers at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from survey_db.reporting.responses import read_responses
from survey_db.schema import Study
from survey_db.store import Store
from tests.survey_db.material import begin

WRITER = """
import sys
from survey_db.running.listening import new_token
from survey_db.store import open_store

url, slug, sessions = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url)
for _ in range(sessions):
    token = new_token()
    store.listening.start(slug, token)
    while (item := store.listening.state(slug, token).item) is not None:
        store.listening.answer(token, item.sample_id, guess="rock", rating=5)
"""


def test_many_servers_that_write_at_once_lose_no_answer(store: Store, make_study: Callable[..., str]) -> None:
    slug = make_study(require_full_hearing=False)
    url = store.engine.url.render_as_string(hide_password=False)
    servers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, slug, "10"], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [server.communicate(timeout=120)[1] for server in servers]
    assert [server.returncode for server in servers] == [0] * 3, "\n".join(errors)
    frame = read_responses(store, store.studies.get(slug).id)
    assert len(frame) == 3 * 10 * 6
    assert frame.groupby("listener")["position"].apply(list).tolist() == [[1, 2, 3, 4, 5, 6]] * 30
    assert frame["session_complete"].all()


def test_a_reading_session_sees_only_what_was_committed(store: Store, make_study: Callable[..., str]) -> None:
    slug = make_study()
    with store.writing() as writing:
        writing.get_one(Study, store.studies.get(slug).id).title = "Changed"
        writing.flush()
        assert store.studies.get(slug).title == "A study"
    assert store.studies.get(slug).title == "Changed"


def test_a_block_that_fails_undoes_what_it_wrote(store: Store, make_study: Callable[..., str]) -> None:
    slug = make_study()

    def fail() -> None:
        with store.writing() as session:
            session.get_one(Study, store.studies.get(slug).id).title = "Changed"
            session.flush()
            raise KeyError("something else")

    with pytest.raises(KeyError):
        fail()
    assert store.studies.get(slug).title == "A study"
    begin(store, slug)
