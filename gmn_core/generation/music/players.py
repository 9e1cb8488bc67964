"""Who plays on what, as people ask for it."""

from __future__ import annotations

from collections.abc import Mapping

from gmn_core.generation.music.instruments import read_instrument, read_role
from gmn_core.generation.request import Player

Wanted = Mapping[str, str | bool]
"""What is asked of roles: an instrument by its name, or whether they play at all."""


def players_of(wanted: Wanted) -> tuple[Player, ...]:
    """Return players as a request has them.

    Raises
    ------
    GenerationError
        If there is no such role or instrument.

    Examples
    --------
    >>> [(player.role.value, player.program) for player in players_of({"lead": "harmonica"})]
    [('lead', 22)]
    """
    found = []
    for name, own in wanted.items():
        role = read_role(name)
        program = None if isinstance(own, bool) else read_instrument(role, own)
        found.append(Player(role, program, own is not False))
    return tuple(found)
