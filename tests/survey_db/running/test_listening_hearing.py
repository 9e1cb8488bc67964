"""Hearing at a study: what a player reports, what of it is believed, and what an answer waits for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.listening import AnswerOutcome
from survey_db.store import Store
from tests.survey_db.material import begin, listen, state_of

MakeStudy = Callable[..., str]


def at_clip(store: Store, slug: str) -> tuple[str, int]:
    """Start a listener; returns their token and the sample that they are at."""
    token = begin(store, slug)
    item = state_of(store, slug, token).item
    assert item is not None
    return token, item.sample_id


def shown_clip(store: Store, slug: str) -> tuple[str, int]:
    """Start a listener before whom the first clip has been put."""
    token, sample = at_clip(store, slug)
    store.listening.show(token, sample)
    return token, sample


def report(store: Store, token: str, sample: int, *heard: float, ended: bool = True) -> bool:
    """Report plays from the clip's start, each to a second of it."""
    return store.listening.hear(token, sample, [(0, end) for end in heard], ended=ended)


def test_nothing_can_be_answered_before_it_was_heard_to_its_end(store: Store, make_study: MakeStudy) -> None:
    token, sample = at_clip(store, make_study())

    def refused() -> None:
        with pytest.raises(SurveyError, match="to its end first"):
            store.listening.answer(token, sample, guess="rock", rating=5)

    refused()
    assert not report(store, token, sample, 1.0)  # a clip that was never shown
    store.listening.show(token, sample)
    assert not report(store, token, sample, 1.0)  # no time has passed
    store.clock.move(seconds=0.3)
    assert not report(store, token, sample, 1.0)  # too little has
    refused()
    store.clock.move(seconds=5)
    assert not report(store, token, sample, 1.0, ended=False)
    refused()
    assert report(store, token, sample, 1.0)
    assert store.listening.answer(token, sample, guess="rock", rating=5) is AnswerOutcome.STORED


def test_a_clip_that_was_skipped_through_does_not_count_as_heard(store: Store, make_study: MakeStudy) -> None:
    token, sample = shown_clip(store, make_study())
    store.clock.move(seconds=30)
    assert not report(store, token, sample, 0.5)


def test_a_clock_that_is_set_back_during_a_clip_shuts_nobody_out(store: Store, make_study: MakeStudy) -> None:
    token, sample = shown_clip(store, make_study())
    store.clock.move(seconds=1)
    store.clock.move(hours=-1)
    assert report(store, token, sample, 1.0)
    assert store.listening.answer(token, sample, guess="rock", rating=5) is AnswerOutcome.STORED


@pytest.mark.parametrize(
    "hostile",
    [
        [(0, 1e308)] * 100_000,
        [(-1e308, 1e308)],
        [(0, 10**400), (10**400, 10**400)],
        [(float("nan"), float("nan")), (0, float("inf"))],
    ],
)
def test_a_hostile_player_cannot_have_heard_more_than_there_was_time_for(
    store: Store, make_study: MakeStudy, hostile: list[tuple[float, float]]
) -> None:
    slug = make_study()
    token, sample = shown_clip(store, slug)
    store.clock.move(seconds=3)
    assert store.listening.hear(token, sample, hostile, ended=True)
    store.listening.answer(token, sample, guess="rock", rating=5)
    (row,) = read_responses(store, store.studies.get(slug).id).to_dict("records")
    assert 1 <= row["seconds_heard"] <= 3.5
    assert row["times_played"] <= 4


def test_a_study_may_do_without_full_hearing(store: Store, make_study: MakeStudy) -> None:
    token, sample = at_clip(store, make_study(require_full_hearing=False))
    assert store.listening.answer(token, sample, guess="rock", rating=5) is AnswerOutcome.STORED


def test_what_was_heard_is_remembered_and_never_shrinks(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    sample = listen(store, slug, token)
    store.clock.move(seconds=2)
    report(store, token, sample, 1.0, 1.0, 0.5, ended=False)
    report(store, token, sample, 0.1, ended=False)
    item = state_of(store, slug, token).item
    assert item is not None
    assert (item.intervals, item.heard) == (((0, 1), (0, 1), (0, 0.5)), True)
    store.listening.answer(token, sample, guess="rock", rating=5)
    frame = read_responses(store, store.studies.get(slug).id)
    assert frame[["seconds_heard", "times_played"]].to_numpy().tolist() == [[2.5, 3]]
    assert frame["intervals_heard"].map(json.loads).tolist() == [[[0, 1], [0, 1], [0, 0.5]]]
