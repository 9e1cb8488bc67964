"""What could say who a listener is goes after some time; what they answered stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running import retention
from survey_db.running.recruitment import Recruitment
from survey_db.store import Store
from tests.survey_db.material import Clock, begin, finish, listen, state_of

MakeStudy = Callable[..., str]


@pytest.fixture
def clock(store: Store) -> Clock:
    assert isinstance(store.clock, Clock)
    return store.clock


def everything(store: Store) -> str:
    """All that the database holds of listeners, as text."""
    tables = ("listener", "response", "invitation", "presentation")
    with store.engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in tables
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        )


def test_nothing_is_left_by_which_a_listener_is_known_and_every_answer_is(
    store: Store, make_study: MakeStudy, clock: Clock
) -> None:
    slug = make_study(recruitment=Recruitment(identifiers=["PROLIFIC_PID"]))
    (code,) = store.recruiting.invite(slug, 1)
    token = begin(store, slug, identifiers={"PROLIFIC_PID": "prolific-5f3e9a"}, invitation=code)
    sample = listen(store, slug, token)
    store.listening.answer(token, sample, guess="rock", rating=7, comment="My band played this in 1987")
    finish(store, slug, token)
    completion = state_of(store, slug, token).listener.completion_code
    assert completion
    secrets = (token, code, completion, "prolific-5f3e9a", "My band played this in 1987")
    study = store.studies.get(slug).id
    before = read_responses(store, study).drop(columns="comment")
    clock.move(days=29)
    assert store.retention.forget(30, slug) == 0
    assert all(secret in everything(store) for secret in secrets)
    clock.move(days=2)
    assert store.retention.forget(30, slug) == 1
    left = everything(store)
    assert not [secret for secret in secrets if secret in left]
    assert read_responses(store, study).drop(columns="comment").equals(before)
    assert store.retention.forget(30, slug) == 0, "nobody is forgotten twice"
    assert store.listening.state(slug, token) is None
    with pytest.raises(SurveyError, match="has no listener"):
        store.attendances.withdraw(slug, completion)


def test_who_was_there_lately_is_kept_and_more_than_fit_a_transaction_are_forgotten(
    store: Store, make_study: MakeStudy, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    slug, other = make_study(), make_study()
    for _ in range(5):
        begin(store, slug)
    elsewhere = begin(store, other)
    clock.move(days=40)
    token = begin(store, slug)
    assert store.retention.forget(30, slug) == 5
    assert store.listening.state(slug, token) is not None
    assert store.listening.state(other, elsewhere) is not None, "a study of its own was named"


def test_a_number_of_days_that_is_none_is_refused(store: Store, make_study: MakeStudy) -> None:
    with pytest.raises(SurveyError, match="after a day"):
        store.retention.forget(0)
    with pytest.raises(SurveyError, match="no study"):
        store.retention.forget(30, "nowhere")
