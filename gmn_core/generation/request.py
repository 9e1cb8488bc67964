"""What is asked of the generator: everything that decides a sample's bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gmn_core.genres import Genre

MIN_SECONDS, MAX_SECONDS = 10.0, 120.0
MIN_TEMPO, MAX_TEMPO = 40.0, 240.0
DEFAULT_TYPICALITY = 0.75
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.2, 2.0


class GenerationError(ValueError):
    """A request that cannot be met; its message is a sentence a person can act on."""


class GenerationCancelled(Exception):  # noqa: N818 - a decision of the user's, not an error
    """The caller asked to stop before the sample was complete."""


@dataclass(frozen=True)
class GenerationRequest:
    """The arguments of one sample; equal requests give equal bytes.

    Parameters
    ----------
    genre : Genre
        The genre to play.
    seconds : float
        Length of the audio, 10 to 120 s.
    tempo : float, optional
        Quarter notes per minute, 40 to 240; drawn from the genre's own
        distribution where it is None.
    temperature : float
        Adventurousness, 0.2 to 2: below 1 the likeliest continuation is
        preferred, above 1 the unlikely ones come more often.
    seed : int
        Seed of all random numbers, 0 to 2**32 - 1.
    typicality : float
        0 to 1: at 1 the pieces that a sample takes its plan from are the
        typical ones of the genre, at 0 any. Below 0.5 instruments that the
        genre seldom uses come in, the oftener the lower.
    blend : Genre, optional
        A second genre to mix in.
    blend_weight : float
        Share of the second genre, 0 to 1.
    opening : bytes, optional
        A MIDI file whose first bars the sample continues.
    plain : bool
        Whether the notes are played as written and mixed the same way for every
        genre, instead of played, arranged and produced in the genre's manner.

    Raises
    ------
    GenerationError
        If a value is outside its range.
    """

    genre: Genre
    seconds: float = 30.0
    tempo: float | None = None
    temperature: float = 1.0
    seed: int = 0
    typicality: float = DEFAULT_TYPICALITY
    blend: Genre | None = None
    blend_weight: float = 0.0
    opening: bytes | None = None
    plain: bool = False

    def __post_init__(self) -> None:
        _check_range("length", self.seconds, MIN_SECONDS, MAX_SECONDS, "seconds")
        _check_range("temperature", self.temperature, MIN_TEMPERATURE, MAX_TEMPERATURE)
        _check_range("typicality", self.typicality, 0.0, 1.0)
        _check_range("share of the second genre", self.blend_weight, 0.0, 1.0)
        _check_range("seed", self.seed, 0, 2**32 - 1)
        if self.tempo is not None:
            _check_range("tempo", self.tempo, MIN_TEMPO, MAX_TEMPO, "quarter notes per minute")

    @property
    def main_genre(self) -> Genre | None:
        """The genre that has the larger share; None where two have half each."""
        if self.blend is None or self.blend is self.genre or self.blend_weight < 0.5:
            return self.genre
        return self.blend if self.blend_weight > 0.5 else None


def _check_range(name: str, value: float, low: float, high: float, unit: str = "") -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise GenerationError(
            f"The {name} must be from {low:.10g} to {high:.10g} {unit}".rstrip() + f", not {value:.10g}."
        )
