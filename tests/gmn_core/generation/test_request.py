"""What may be asked of the generator."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest

from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.genres import Genre

REQUEST = GenerationRequest(Genre.JAZZ)


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("seconds", 10, 120),
        ("tempo", 40, 240),
        ("temperature", 0.2, 2),
        ("seed", 0, 2**32 - 1),
        ("blend_weight", 0, 1),
    ],
)
def test_both_ends_of_a_range_may_be_asked_and_nothing_beyond(field: str, low: float, high: float) -> None:
    for value in (low, high):
        assert getattr(replace(REQUEST, **{field: value}), field) == value
    for value in (low - 0.1, high + 1, math.nan, math.inf):
        with pytest.raises(GenerationError, match=f"must be from {low} to {high}"):
            replace(REQUEST, **{field: value})


def test_a_complaint_is_one_sentence_with_the_value() -> None:
    with pytest.raises(GenerationError) as refusal:
        replace(REQUEST, tempo=250.5)
    assert str(refusal.value) == "The tempo must be from 40 to 240 quarter notes per minute, not 250.5."


def test_equal_requests_are_one_key() -> None:
    assert len({REQUEST, GenerationRequest(Genre.JAZZ), replace(REQUEST, opening=b"MThd")}) == 2


def test_a_blend_is_of_the_genre_that_has_the_larger_share() -> None:
    blend = partial(GenerationRequest, Genre.JAZZ, blend=Genre.DISCO)
    assert blend(blend_weight=0.05).main_genre is Genre.JAZZ
    assert blend(blend_weight=0.95).main_genre is Genre.DISCO
    assert blend(blend_weight=0.5).main_genre is None
    assert GenerationRequest(Genre.JAZZ).main_genre is Genre.JAZZ
    assert GenerationRequest(Genre.JAZZ, blend=Genre.JAZZ, blend_weight=0.5).main_genre is Genre.JAZZ
