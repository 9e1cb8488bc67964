"""Links that make a piece again: its settings, as they stand in the address of the Generate page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gmn_core.generation.music.band import ROLES, Role
from gmn_core.generation.music.instruments import DRUM_KITS, INSTRUMENTS, instrument_name
from gmn_core.generation.provenance import model_version
from gmn_core.generation.recipe import write_text
from gmn_core.generation.request import (
    MAX_SECONDS,
    MAX_TEMPERATURE,
    MAX_TEMPO,
    MIN_SECONDS,
    MIN_TEMPERATURE,
    MIN_TEMPO,
    GenerationError,
    GenerationRequest,
    Player,
)
from gmn_core.generation.tokens.progression import read_key, read_progression
from gmn_core.genres import GENRES

PLAY = "play"
"""In a link: make the piece at once."""

RECIPE, VERSION = "recipe", "version"
"""In the link of a piece that was changed: how it was made, and by which generator."""

PLAYS, SILENT = "Plays", "Silent"
MAX_COUNT = 10
MAX_SEED = 2**32 - 1
GENRE_NAMES = tuple(genre.display_name for genre in GENRES)

Check = Callable[[str], bool]


def player_key(role: Role) -> str:
    """Return what a link and the page's control call the player of a role."""
    return f"{role}-player"


def link_parameters(request: GenerationRequest) -> dict[str, str]:
    """Return the settings of a request as they stand in a link."""
    parameters = {
        "genre": request.genre.display_name,
        "seed": str(request.seed),
        "seconds": f"{request.seconds:g}",
        "temperature": f"{request.temperature:g}",
        "typicality": f"{100 * request.typicality:g}",
    }
    if request.tempo is not None:
        parameters["tempo"] = f"{request.tempo:g}"
    if request.blend is not None:
        parameters |= {"blend": request.blend.display_name, "share": f"{100 * request.blend_weight:g}"}
    if request.plain:
        parameters["plain"] = "true"
    if request.changes:
        # The settings above say what the page's controls show; this says all.
        return {RECIPE: write_text(request), VERSION: model_version(), PLAY: "1"}
    parameters |= {name: value for name in ("chords", "key") if (value := getattr(request, name))}
    parameters |= {player_key(player.role): _choice(player) for player in request.players}
    return {**parameters, PLAY: "1"}


def wrong_settings(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a link that cannot be, each with a sentence.

    Parameters
    ----------
    parameters : mapping of str to str
        All that stands in the address; what is no setting is passed over.

    Examples
    --------
    >>> wrong_settings({"genre": "Jazz", "seconds": "7000"})
    {'seconds': 'The length must be from 10 to 120 seconds, not “7000”.'}
    """
    wrong = {}
    for name, value in parameters.items():
        if name in _CHECKS:
            holds, must = _CHECKS[name]
            if not holds(value):
                shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
                wrong[name] = f"The {_NAMES.get(name, name)} must be {must}, not “{shown}”."
    return wrong


_LONGEST = 40
_NAMES = {
    "seconds": "length",
    "blend": "second genre",
    "share": "share of the second genre",
    "temperature": "adventurousness",
    "plain": "setting of the plain sound",
    "count": "number of pieces",
}


def _number(low: float, high: float) -> Check:
    def holds(text: str) -> bool:
        try:
            value = float(text)
        except ValueError:
            return False
        return math.isfinite(value) and low <= value <= high

    return holds


def _between(low: float, high: float, unit: str = "") -> tuple[Check, str]:
    """Return the check of a whole number, and what it must be."""
    in_range = _number(low, high)

    def holds(text: str) -> bool:
        return text.isascii() and text.isdecimal() and in_range(text)

    return holds, f"from {low:g} to {int(high)}{unit}"


def _choice(player: Player) -> str:
    """Return what the page's control of a role shows."""
    if not player.plays:
        return SILENT
    return PLAYS if player.program is None else instrument_name(player.role, player.program)


def _can_be_read(read: Callable[[str], object]) -> Check:
    def holds(text: str) -> bool:
        try:
            read(text)
        except GenerationError:
            return False
        return True

    return holds


def _player(role: Role) -> tuple[Check, str]:
    names = DRUM_KITS.values() if role is Role.DRUMS else INSTRUMENTS
    return lambda text: text in (PLAYS, SILENT, *names), "silent or an instrument"


_A_GENRE = (lambda text: text in GENRE_NAMES, "one of the ten")
_CHECKS: dict[str, tuple[Check, str]] = {
    "genre": _A_GENRE,
    "blend": _A_GENRE,
    "share": _between(5, 95, " percent"),
    "seconds": _between(MIN_SECONDS, MAX_SECONDS, " seconds"),
    "tempo": _between(MIN_TEMPO, MAX_TEMPO, " beats per minute"),
    "temperature": (
        _number(MIN_TEMPERATURE, MAX_TEMPERATURE),
        f"from {MIN_TEMPERATURE:g} to {MAX_TEMPERATURE:g}",
    ),
    "typicality": _between(0, 100, " percent"),
    "seed": _between(0, MAX_SEED),
    "count": _between(1, MAX_COUNT),
    "chords": (_can_be_read(read_progression), "such as Dm7 G7 | Cmaj7 %"),
    "key": (_can_be_read(read_key), "such as A major"),
    **{player_key(role): _player(role) for role in ROLES},
    "plain": (lambda text: text in ("true", "false"), "true or false"),
}
