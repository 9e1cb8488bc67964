"""The player of a piece: the band over time, loops of bars, and a volume for each role."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gmn_core.figures.band import ROLE_COLOURS
from gmn_core.generation.music.band import Band, Marks, Role
from gmn_core.generation.music.instruments import instrument_name
from pages.shared.components import component, packed

_view = component(
    "piece_player", Path(__file__).parent, scripts=("icons", "transport", "lanes"), styles=("player",)
)


def piece_player(band: Band, ogg: bytes, parts: Mapping[Role, bytes] | None, *, key: str) -> bool:
    """Show the player of a piece.

    Parameters
    ----------
    band : Band
        The notes.
    ogg : bytes
        The mix.
    parts : mapping of Role to bytes, optional
        Each role's part alone, where they have been asked for.
    key : str
        Names the player on its page.

    Returns
    -------
    bool
        Whether the visitor has just asked for the parts, by a role's volume.
    """
    result = _view(key=key, data=player_data(band, ogg, parts or {}), on_parts_change=_nothing)
    return bool(result.get("parts"))


def player_data(band: Band, ogg: bytes, parts: Mapping[Role, bytes]) -> bytes:
    """Return all that the player draws and plays: a header, then the files."""
    lanes = [_lane(band, role) for role in reversed(band.roles)]
    names = ", ".join(f"{lane['name'].lower()} ({lane['instrument'].lower()})" for lane in lanes)
    header = {
        "name": hashlib.sha256(ogg).hexdigest(),
        "seconds": round(band.seconds, 3),
        "media_type": "audio/ogg",
        "bars": [round(band.in_seconds(tick), 3) for tick in range(0, band.length + 1, band.bar_ticks)],
        "sections": _in_seconds(band, band.sections),
        "chords": _in_seconds(band, band.chords),
        "join": round(band.in_seconds(band.join), 3),
        "lanes": lanes,
        "label": f"The band over {band.seconds:.0f} seconds, a lane each: {names}. "
        "The arrow keys go from bar to bar, the space bar plays and pauses.",
        "files": [{"role": None, "size": len(ogg)}]
        + [{"role": role.value, "size": len(data)} for role, data in parts.items()],
    }
    return packed(header, ogg, *parts.values())


def _lane(band: Band, role: Role) -> dict[str, Any]:
    return {
        "role": role.value,
        "name": role.display_name,
        "instrument": instrument_name(role, band.programs[role]),
        "colour": ROLE_COLOURS[role],
        "drums": role is Role.DRUMS,
        "notes": [
            [
                round(band.in_seconds(note.onset), 3),
                round(band.in_seconds(note.duration), 3),
                note.pitch,
                note.velocity,
            ]
            for note in band.notes[role]
        ],
    }


def _in_seconds(band: Band, marks: Marks) -> list[tuple[float, str]]:
    return [(round(band.in_seconds(tick), 3), name) for tick, name in marks]


def _nothing() -> None:
    """Let a wish cause a rerun and nothing else."""
