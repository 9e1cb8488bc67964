"""Recipes: a request with all its changes, as JSON and as a few characters that a link can hold."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from gmn_core.generation.music.band import ROLES, Role
from gmn_core.generation.request import Change, GenerationError, GenerationRequest, Player
from gmn_core.genres import Genre

Record = dict[str, Any]

LONGEST_TEXT = 8000
"""Characters of a recipe in a link."""

_BYTES = ("opening", "start")
# What came later stands in a record only where it says something, so that earlier records are as they were.
_LATER = ("chords", "key", "players", "changes", "start")
_MOST_BYTES = 100_000  # of a recipe's JSON
_KINDS: Mapping[str, type] = {"seed": int, "plain": bool, "chords": str, "key": str}
"""Of fields whose values nothing else looks at; where JSON has another kind, it is no request's."""

_UNREADABLE = "The record's request is incomplete or damaged."


def request_record(request: GenerationRequest) -> Record:
    """Return a request as JSON has it; an opening's bytes in base64."""
    stored: Record = {field.name: getattr(request, field.name) for field in fields(request)}
    stored |= {name: value.value for name, value in stored.items() if isinstance(value, Genre)}
    for name in _BYTES:
        if stored[name] is not None:
            stored[name] = base64.b64encode(stored[name]).decode()
    stored["players"] = _players_record(request.players)
    stored["changes"] = [_change_record(change) for change in request.changes]
    return {name: value for name, value in stored.items() if name not in _LATER or value}


def read_request(stored: Mapping[str, Any]) -> GenerationRequest:
    """Return the request that `request_record` wrote.

    Raises
    ------
    GenerationError
        If it is no such request.
    """
    given = dict(stored)
    try:
        for name in ("genre", "blend"):
            given[name] = None if given[name] is None else Genre(given[name])
        for name in _BYTES:
            if given.get(name) is not None:
                given[name] = base64.b64decode(given[name], validate=True)
        given["players"] = _read_players(given.get("players", {}))
        given["changes"] = tuple(_read_change(change) for change in given.get("changes", ()))
        if any(type(given[name]) is not kind for name, kind in _KINDS.items() if name in given):
            raise TypeError("a value of another kind")
        return GenerationRequest(**given)
    except GenerationError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, IndexError) as error:
        raise GenerationError(_UNREADABLE) from error


def write_text(request: GenerationRequest) -> str:
    """Return a request as text for a link: its JSON, compressed, in base64 for addresses."""
    text = json.dumps(request_record(request), separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def read_text(text: str) -> GenerationRequest:
    """Return the request that `write_text` wrote.

    Raises
    ------
    GenerationError
        If it is none, or far too long.
    """
    try:
        if len(text) > LONGEST_TEXT:
            raise ValueError("too long")
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacked = zlib.decompressobj().decompress(packed, _MOST_BYTES)
        stored = json.loads(unpacked)
        if not isinstance(stored, dict):
            raise TypeError("no record")
    except (ValueError, TypeError, zlib.error, binascii.Error, RecursionError) as error:
        raise GenerationError("The recipe in this link is incomplete or damaged.") from error
    return read_request(stored)


def _players_record(players: tuple[Player, ...]) -> dict[str, int | bool]:
    """Return a program, or whether the role plays, by role."""
    return {
        player.role.value: player.plays if player.program is None or not player.plays else player.program
        for player in sorted(players, key=lambda player: ROLES.index(player.role))
    }


def _read_players(stored: Mapping[str, int | bool]) -> tuple[Player, ...]:
    return tuple(
        Player(Role(role), None if isinstance(own, bool) else int(own), own is not False)
        for role, own in stored.items()
    )


def _change_record(change: Change) -> Record:
    """Return what a change says, as far as it says anything."""
    stored: Record = {
        "seed": change.seed,
        "lock": [role.value for role in ROLES if role in change.lock],
        "bars": None if change.bars is None else list(change.bars),
        "share": None if change.share == 1 else change.share,
        "seconds": change.seconds,
        "chords": change.chords,
        "players": _players_record(change.players),
    }
    return {name: value for name, value in stored.items() if value or name == "seed"}


def _read_change(stored: Mapping[str, Any]) -> Change:
    bars = stored.get("bars")
    return Change(
        seed=int(stored["seed"]),
        lock=frozenset(Role(role) for role in stored.get("lock", ())),
        bars=None if bars is None else (int(bars[0]), int(bars[1])),
        share=float(stored.get("share", 1.0)),
        seconds=None if stored.get("seconds") is None else float(stored["seconds"]),
        chords=str(stored.get("chords", "")),
        players=_read_players(stored.get("players", {})),
    )
