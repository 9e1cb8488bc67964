"""Where a listener is, and what their screen is told of the clip."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from sqlalchemy import event

from survey_db.running.listener_state import Item, Step
from survey_db.store import Store
from tests.survey_db.material import begin, listen, six_samples, state_of

MakeStudy = Callable[..., str]


def test_the_clip_on_screen_tells_nothing_of_its_genre_or_making(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    item = state_of(store, slug, begin(store, slug)).item
    assert item is not None
    told = " ".join(str(value) for value in dataclasses.asdict(item).values())
    assert not any(str(sample.intended_genre) in told for sample in six_samples())
    assert {field.name for field in dataclasses.fields(Item)} == {
        *("sample_id", "position", "total", "sha256", "media_type", "seconds"),
        *("intervals", "heard", "shown"),
    }


def test_a_study_without_checks_or_practice_begins_with_a_sample(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    assert state_of(store, slug, begin(store, slug)).step is Step.SAMPLE


def test_a_click_asks_the_database_for_little(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    sample = listen(store, slug, token)
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    state = state_of(store, slug, token)
    assert sum(query.startswith("SELECT") for query in asked) == 2, "the listener and study, and the clip"
    assert state.item is not None
    assert (state.item.sample_id, state.item.shown) == (sample, True)
    genres = [genre.genre for genre in state.study.genres]
    assert genres == [genre.genre for genre in store.studies.get(slug).genres]
    assert state.study.words == []
