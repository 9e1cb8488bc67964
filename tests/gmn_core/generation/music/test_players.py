"""Players as people ask for them."""

from __future__ import annotations

import pytest

from gmn_core.generation.music.band import Role
from gmn_core.generation.music.players import players_of
from gmn_core.generation.request import GenerationError, Player


def test_instruments_and_switches_are_read() -> None:
    assert players_of(
        {"lead": "Harmonica", "pad": False, "Second voice": True, "drums": "jazz drum kit"}
    ) == (
        Player(Role.LEAD, 22),
        Player(Role.PAD, plays=False),
        Player(Role.SECOND),
        Player(Role.DRUMS, 32),
    )


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"lead": "harmonika"}, "did you mean Harmonica"),
        ({"lead": "guitar"}, "did you mean Nylon-string guitar"),
        ({"lead": "theremin of doom"}, "no instrument called"),
        ({"drums": "kazoo"}, "no drum kit called"),
        ({"singer": "harmonica"}, "“singer” is no role"),
    ],
)
def test_what_there_is_not_is_said_with_what_is_near(wanted: dict[str, str], sentence: str) -> None:
    with pytest.raises(GenerationError, match=sentence):
        players_of(wanted)
