"""Settings in a link."""

from __future__ import annotations

import pytest

from gmn_core.generation.request import GenerationRequest
from gmn_core.genres import Genre
from pages.shared.piece_link import link_parameters, wrong_settings

REQUEST = GenerationRequest(
    Genre.HIPHOP, 45, 95, 0.7, 12, typicality=0.3, blend=Genre.JAZZ, blend_weight=0.3, plain=True
)


def test_what_a_link_says_is_right_when_it_is_read_again() -> None:
    parameters = {**link_parameters(REQUEST)}
    assert parameters["genre"] == "Hip hop"
    assert len(parameters) == 10
    assert wrong_settings(parameters) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("genre", "polka"),
        ("seconds", "nan"),
        ("seconds", "12.5"),
        ("tempo", "1e3"),
        ("temperature", "inf"),
        ("typicality", "101"),
        ("seed", "-1"),
        ("seed", "٣"),
        ("count", "0"),
        ("plain", "perhaps"),
        ("share", ""),
    ],
)
def test_what_cannot_be_is_named_in_a_sentence(name: str, value: str) -> None:
    (sentence,) = wrong_settings({name: value, "lang": "de"}).values()
    assert sentence.startswith("The ")
    assert f"not “{value}”." in sentence


def test_a_long_value_is_cut() -> None:
    assert len(wrong_settings({"genre": "x" * 9999})["genre"]) < 100
