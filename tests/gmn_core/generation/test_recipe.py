"""Recipes: requests with their changes, as JSON and as the text of a link."""

from __future__ import annotations

import base64
import json
import zlib

import pytest

from gmn_core.generation.music.band import Role
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
