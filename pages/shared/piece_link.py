"""Links that make a piece again: its settings, as they stand in the address of the Generate page."""

from __future__ import annotations

from gmn_core.generation.request import GenerationRequest

PLAY = "play"
"""In a link: make the piece at once."""


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
