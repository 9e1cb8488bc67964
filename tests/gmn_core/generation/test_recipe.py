"""Recipes: requests with their changes, as JSON and as the text of a link."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.wishes import wishes_of
from gmn_core.generation.recipe import read_request, read_text, request_record, write_text
from gmn_core.generation.request import Change, GenerationError, GenerationRequest, Player
from gmn_core.genres import Genre

FULL = GenerationRequest(
    Genre.BLUES,
    60,
    seed=3,
    chords="I7 | IV7",
    key="A",
    players=(Player(Role.PAD, plays=False), Player(Role.LEAD, 22), Player(Role.SECOND)),
    changes=(
        Change(seed=1, lock=frozenset({Role.LEAD, Role.BASS})),
        Change(seed=2, bars=(9, 12), share=0.25, seconds=70, chords="V7", players=(Player(Role.DRUMS, 40),)),
    ),
)


@pytest.mark.parametrize("request_", [FULL, GenerationRequest(Genre.JAZZ, 12, opening=b"MThd")])
def test_a_request_comes_back_from_json_and_from_a_link(request_: GenerationRequest) -> None:
    expected = request_record(request_)
    for found in (read_request(json.loads(json.dumps(expected))), read_text(write_text(request_))):
        assert request_record(found) == expected
        assert set(found.players) == set(request_.players)
        assert found.changes == request_.changes


def test_a_link_is_short_and_safe_in_an_address() -> None:
    text = write_text(FULL)
    assert len(text) < 600
    assert text.replace("-", "").replace("_", "").isalnum()


def test_a_record_without_wishes_is_as_it_always_was() -> None:
    assert not {"chords", "key", "players", "changes", "start"} & set(
        request_record(GenerationRequest(Genre.POP))
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "x" * 9000,
        write_text(FULL)[:-9],
        base64.urlsafe_b64encode(zlib.compress(b"[]")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b" " * 10**7)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b'{"genre": "polka"}')).decode(),
        base64.urlsafe_b64encode(
            zlib.compress(b'{"genre":"jazz","blend":null,"changes":[{"lock":3}]}')
        ).decode(),
    ],
)
def test_a_damaged_link_is_said_to_be(text: str) -> None:
    with pytest.raises(GenerationError, match="incomplete or damaged"):
        read_text(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lead", "seed", "bars", "share"]), inner)
    ),
    max_leaves=6,
)


@given(name=st.sampled_from([*request_record(FULL), "start", "nowhere"]), value=JSON)
@example(name="seed", value=10**400)
@example(name="seed", value=0.5)
@example(name="chords", value=["I7"])
@example(name="key", value={"A": 1})
@example(name="changes", value=[{"seed": float("inf")}])
@example(name="changes", value=[{"seed": 0, "bars": [1]}])
@example(name="changes", value=[{"seed": 0, "share": 10**400}])
def test_no_value_of_a_link_is_met_by_anything_but_a_sentence(name: str, value: object) -> None:
    try:
        found = read_request({**request_record(FULL), name: value})
        wishes_of(found)
    except GenerationError:
        return
    assert read_text(write_text(found)) == found
