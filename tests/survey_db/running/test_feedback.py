"""How one listener's guesses compare."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_db.errors import SurveyError
from survey_db.running.samples import NewSample
from survey_db.store import Store
from tests.survey_db.material import begin, finish, listen, place_of, tone

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


def test_nothing_is_told_before_the_end(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    assert place_of(store, slug, token).item is not None
    with pytest.raises(SurveyError, match="at the end"):
        store.listening.comparison(token)
    with pytest.raises(SurveyError, match="at the end"):
        store.listening.comparison("nobody")
