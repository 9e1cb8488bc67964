"""How one listener's guesses compare."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from operator import eq

import pytest

from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.running.feedback import Comparison, may_see
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.store import Store
from tests.survey_db.material import begin, finish, listen, state_of, tone

MakeStudy = Callable[..., str]


def test_guesses_stand_beside_what_was_intended_and_the_others_mean(
    store: Store, make_study: MakeStudy
) -> None:
    anchor = NewSample(audio=tone(950), intended_genre="rock", control="high_anchor")
    slug = make_study(anchor)
    intended = {sample.id: sample.intended_genre for sample in store.samples.all(slug)}
    own = begin(store, slug)
    order = []
    for _ in range(4):
        sample = listen(store, slug, own)
        order.append(sample)
        store.listening.answer(own, sample, guess=str(intended[sample]), rating=5)
    finish(store, slug, own, guess="pop")
    finish(store, slug, begin(store, slug), guess="rock")
    finish(store, slug, begin(store, slug), guess="pop")
    finish(store, slug, begin(store, slug, preview_key=store.studies.get(slug).preview_key), guess="rock")
    begin(store, slug)

    comparison = store.listening.comparison(own)
    anchor_id = next(sample.id for sample in store.samples.all(slug) if sample.control == "high_anchor")
    assert len(comparison.guesses) == 6
    assert comparison.right == len(set(order) - {anchor_id})
    assert [position for position, _, _ in comparison.guesses] == sorted(
        position for position, _, _ in comparison.guesses
    )
    assert all(genre in intended.values() for _, _, genre in comparison.guesses)
    assert (comparison.n_others, comparison.mean_right_of_others) == (2, 0.5)


def test_the_first_to_finish_has_nobody_to_compare_with(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    finish(store, slug, token)
    comparison = store.listening.comparison(token)
    assert (comparison.right, comparison.n_others, comparison.mean_right_of_others) == (1, 0, 0.0)


def test_expected_blind_is_the_mean_of_all_ways_to_deal_the_guesses() -> None:
    guesses = ["rock", "rock", "jazz", "pop"]
    intended = ["rock", "jazz", "rock", "blues"]
    comparison = Comparison(list(zip(range(1, 5), guesses, intended, strict=True)), 0, 0.0)
    ways = [sum(map(eq, dealt, intended)) for dealt in permutations(guesses)]
    assert comparison.expected_blind == pytest.approx(sum(ways) / len(ways))
    assert Comparison([], 0, 0.0).expected_blind == 0


def test_machines_and_others_are_compared_on_the_same_clips(store: Store) -> None:
    rock = [1.0 if genre == "rock" else 0.0 for genre in GENRES]
    samples = [
        NewSample(audio=tone(300 + 50 * place), intended_genre=genre, predictions={"cnn": rock})
        for place, genre in enumerate(("rock", "jazz", "rock", "jazz"))
    ]
    new = NewStudy(title="Parts", volume_check=False, sitting_size=2)
    slug = store.studies.create(new, samples, open_now=True).slug
    for _ in range(12):
        finish(store, slug, begin(store, slug), guess="rock")
    token = begin(store, slug)
    finish(store, slug, token, guess="jazz")
    comparison = store.listening.comparison(token)
    rocks = sum(intended == "rock" for _, _, intended in comparison.guesses)
    assert len(comparison.guesses) == 2
    assert comparison.right == 2 - rocks
    assert comparison.mean_right_of_others == rocks
    assert comparison.right_of_machines == {"cnn": rocks}


@pytest.mark.parametrize(
    ("feedback", "seen"),
    [("at_once", (True, True)), ("after_closing", (False, True)), ("never", (False, False))],
)
def test_the_study_says_when_listeners_see_it(
    store: Store, make_study: MakeStudy, feedback: str, seen: tuple[bool, bool]
) -> None:
    slug = make_study(feedback=feedback)
    while_open = may_see(store.studies.get(slug))
    store.studies.set_status(slug, "closed")
    assert (while_open, may_see(store.studies.get(slug))) == seen


def test_nothing_is_reported_before_the_end(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    assert state_of(store, slug, token).item is not None
    with pytest.raises(SurveyError, match="once you have judged all clips"):
        store.listening.comparison(token)
    with pytest.raises(SurveyError, match="once you have judged all clips"):
        store.listening.comparison("nobody")
