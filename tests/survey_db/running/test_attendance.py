"""Who takes part, how far they are, and taking one of them out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.schema import Listener, Presentation, Response
from survey_db.store import Store
from tests.survey_db.material import begin, finish, listen, state_of

MakeStudy = Callable[..., str]


def test_progress_counts_listeners_and_answers_without_tests(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    empty = store.attendances.progress(slug)
    assert (empty.started, empty.completed, empty.active, empty.dropped_out) == (0, 0, 0, 0)
    assert empty.answers == {f"Sample {number}": 0 for number in range(1, 7)}
    finish(store, slug, begin(store, slug, preview_key=store.studies.get(slug).preview_key))
    finish(store, slug, begin(store, slug))
    left = begin(store, slug)
    store.listening.answer(left, listen(store, slug, left), guess="rock", rating=5)
    store.clock.move(hours=2)
    begin(store, slug)
    progress = store.attendances.progress(slug)
    assert (progress.started, progress.completed, progress.active, progress.dropped_out) == (3, 1, 1, 1)
    assert sum(progress.answers.values()) == 7


def test_listeners_are_listed_with_their_answers(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    done = begin(store, slug)
    finish(store, slug, done)
    store.clock.move(minutes=1)
    begin(store, slug, preview_key=store.studies.get(slug).preview_key)
    test, full = store.attendances.all(slug)
    assert (test.is_test, test.answers, test.completion_code) == (True, 0, None)
    assert (full.is_test, full.answers) == (False, 6)
    assert full.completion_code == state_of(store, slug, done).listener.completion_code
    assert full.last_seen_at > full.consented_at


@pytest.mark.parametrize("name", ["short_id", "completion_code"])
def test_a_listener_who_withdraws_leaves_nothing_behind(
    store: Store, make_study: MakeStudy, name: str
) -> None:
    slug = make_study()
    stays, goes = begin(store, slug), begin(store, slug)
    finish(store, slug, stays)
    finish(store, slug, goes)
    listener = state_of(store, slug, goes).listener
    assert store.attendances.withdraw(slug, f" {getattr(listener, name)} ") == 6
    assert store.listening.state(slug, goes) is None
    with store.reading() as session:
        for table in (Presentation, Response):
            assert session.scalar(select(func.count()).where(table.listener_id == listener.id)) == 0
        assert session.get(Listener, listener.id) is None
    assert len(read_responses(store, store.studies.get(slug).id)) == 6
    with pytest.raises(SurveyError, match="has no listener"):
        store.attendances.withdraw(slug, listener.short_id)


def test_a_listener_of_another_study_is_not_withdrawn(store: Store, make_study: MakeStudy) -> None:
    slug, other = make_study(), make_study()
    token = begin(store, slug)
    short_id = state_of(store, slug, token).listener.short_id
    with pytest.raises(SurveyError, match="has no listener"):
        store.attendances.withdraw(other, short_id)
