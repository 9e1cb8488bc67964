"""Links that make a piece again: its settings, as they stand in the address of the Generate page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from gmn_core.generation.request import (
    MAX_SECONDS,
    MAX_TEMPERATURE,
    MAX_TEMPO,
    MIN_SECONDS,
    MIN_TEMPERATURE,
    MIN_TEMPO,
    GenerationRequest,
)
from gmn_core.genres import GENRES

PLAY = "play"
"""In a link: make the piece at once."""

MAX_COUNT = 10
MAX_SEED = 2**32 - 1
GENRE_NAMES = tuple(genre.display_name for genre in GENRES)

Check = Callable[[str], bool]


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
    "plain": (lambda text: text in ("true", "false"), "true or false"),
}
