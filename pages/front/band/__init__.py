"""A player that shows the band: a lane per role, the notes that sound now lit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gmn_core.figures.band import ROLE_COLOURS
from gmn_core.generation.music.band import Role
from pages.front.pieces import DrawnNote
from pages.shared.components import component, packed

_view = component(
    "band_view", Path(__file__).parent, scripts=("icons", "transport", "lanes"), styles=("player",)
)


def band_view(
    audio: bytes, seconds: float, notes: Mapping[Role, list[DrawnNote]], *, name: str, key: str
) -> None:
    """Show the player of a piece.

    The audio travels to the browser as bytes and has no address there that
    would name the piece.

    Parameters
    ----------
    audio : bytes
        An MP3 file.
    seconds : float
        Its length.
    notes : mapping of Role to list of DrawnNote
        Who plays what, the top lane first.
    name : str
        Tells this piece from the next in the same place.
    key : str
        Names the player on its page.
    """
    lanes = [
        {
            "name": role.display_name,
            "colour": ROLE_COLOURS[role],
            "drums": role is Role.DRUMS,
            "notes": played,
        }
        for role, played in sorted(notes.items(), key=lambda item: list(Role).index(item[0]), reverse=True)
    ]
    names = ", ".join(str(lane["name"]).lower() for lane in lanes)
    header = {
        "name": name,
        "seconds": seconds,
        "media_type": "audio/mpeg",
        "lanes": lanes,
        "label": f"The band over {seconds:.0f} seconds, a lane each: {names}. "
        "The arrow keys go back and forth, the space bar plays and pauses.",
    }
    _view(key=key, data=packed(header, audio))
