"""Listeners who start at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from survey_db.running import starting
from survey_db.running.listening import new_token
from survey_db.running.words import keep_consent
from survey_db.store import Store

MakeStudy = Callable[..., str]


def test_the_first_listeners_of_two_studies_may_agree_to_one_text_at_one_moment(
    store: Store, make_study: MakeStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one change after the other begin")
    slugs, meeting, met = [make_study(), make_study()], Barrier(2, timeout=20), set[str]()

    def keep_together(session: object, text: str) -> str:
        # Each meets the other once, after it has seen that nobody has kept the text.
        from threading import current_thread

        name = current_thread().name
        if name not in met:
            met.add(name)
            meeting.wait()
        return keep_consent(session, text)

    monkeypatch.setattr(starting, "keep_consent", keep_together)
    failures = list[BaseException]()

    def start(slug: str) -> None:
        try:
            store.listening.start(slug, new_token(), consent="# The same for both")
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=start, args=(slug,), name=slug) for slug in slugs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=40)
    assert failures == []
    assert [store.attendances.progress(slug).started for slug in slugs] == [1, 1]
    assert [len(store.wordings.consents(slug)) for slug in slugs] == [1, 1]
