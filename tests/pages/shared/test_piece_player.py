"""What the player of a piece draws and plays."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import Any

from gmn_core.generation.music.band import Band, Note, Role
from pages.shared.piece_player import player_data

NOTES = {Role.DRUMS: (Note(0, 36, 10, 90),), Role.LEAD: (Note(480, 60, 480, 100),)}
BAND = Band(120, 4, 4, 0, False, {Role.DRUMS: 0, Role.LEAD: 22}, NOTES, 2 * 1920, chords=((960, "A7"),))


def read(data: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<I", data)
    header: dict[str, Any] = json.loads(data[4 : 4 + length])
    return header, data[4 + length :]


def test_lanes_bars_and_chords_are_in_seconds_the_tune_on_top() -> None:
    header, rest = read(player_data(replace(BAND, join=1920), b"mix", {}))
    assert [(lane["name"], lane["instrument"]) for lane in header["lanes"]] == [
        ("Lead", "Harmonica"),
        ("Drums", "Standard drum kit"),
    ]
    assert header["lanes"][0]["notes"] == [[0.5, 0.5, 60, 100]]
    assert header["bars"] == [0, 2, 4]
    assert header["chords"] == [[1, "A7"]]
    assert header["join"] == 2
    assert rest == b"mix"


def test_the_parts_follow_the_mix_and_the_piece_keeps_its_name() -> None:
    parts = {Role.DRUMS: b"drum", Role.LEAD: b"leads"}
    header, rest = read(player_data(BAND, b"mix", parts))
    assert header["files"] == [
        {"role": None, "size": 3},
        {"role": "drums", "size": 4},
        {"role": "lead", "size": 5},
    ]
    assert rest == b"mixdrumleads"
    assert header["name"] == read(player_data(BAND, b"mix", {}))[0]["name"]
