"""The plan of a sample: sheet, outline and length, settled before the first note is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gmn_core.generation.band import TICKS_PER_BEAT
from gmn_core.generation.casting import band_from_midi
from gmn_core.generation.encoding import N_SLOTS, Shapes, Tokens, encode
from gmn_core.generation.model import GeneratorModel
from gmn_core.generation.outline import SECTION_BARS, Outline, Returns, find_outline
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.sheet import Sheet
from gmn_core.genres import Genre

_RING_SECONDS = 1.5  # the last stroke rings at least so long
_OPENING_BARS = 8
_OPENING_SHARE = 0.5  # of the sample that an opening may take
_LOOSEST = 15.0  # ticks: players who drift further apart sound as if by mistake

Profile = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is settled before the first note.

    Parameters
    ----------
    sheet : Sheet
        How the sample sounds.
    profile : ndarray of float32, shape (12,), optional
        The share of each pitch class that the network is told.
    returns : ndarray of uint8, shape (n_bars, n_layers, n_lags), optional
        What each bar owes to earlier ones; see `Outline`.
    opening : ndarray of int16, shape (n_steps, n_slots)
        The bars that are given, none without an opening.
    n_bars : int
        Bars before the last stroke.
    length : int
        Length of the sample in ticks.
    """

    sheet: Sheet
    profile: Profile | None
    returns: Returns | None
    opening: Tokens
    n_bars: int
    length: int

    @property
    def n_opening(self) -> int:
        """Steps of the opening."""
        return len(self.opening)

    @property
    def n_steps(self) -> int:
        """Steps up to and including the last stroke."""
        return self.n_bars * self.sheet.steps_per_bar + 1


def draw_plan(request: GenerationRequest, model: GeneratorModel, rng: np.random.Generator) -> Plan:
    """Draw a plan.

    Parameters
    ----------
    request : GenerationRequest
        What to play.
    model : GeneratorModel
        Its sheets and outlines are drawn from.
    rng : numpy Generator
        Source of all random numbers.

    Raises
    ------
    GenerationError
        If the request's opening cannot be continued.
    """
    sheet, genre = _draw_sheet(request, model, rng)
    opening = np.zeros((0, N_SLOTS), np.int16)
    if request.opening is not None:
        own, opening = encode(band_from_midi(request.opening), model.shapes)
        sheet = replace(own, tempo=request.tempo or own.tempo)
    sheet = replace(sheet, looseness={role: min(own, _LOOSEST) for role, own in sheet.looseness.items()})
    n_bars = max(int((request.seconds - _RING_SECONDS) / sheet.bar_seconds), 1)
    outline = _draw_outline(sheet, genre, model, rng)
    profile = None if outline is None else outline.profile(0, SECTION_BARS)
    returns = None if outline is None else outline.returns[np.arange(n_bars) % outline.n_bars]
    if request.opening is not None:
        opening = _first_bars(opening, sheet, min(_OPENING_BARS, int(n_bars * _OPENING_SHARE)))
        profile, returns = _as_the_opening(opening, sheet, model.shapes, profile, returns)
    length = round(request.seconds * sheet.tempo / 60 * TICKS_PER_BEAT)
    return Plan(sheet, profile, returns, opening, n_bars, length)


def _draw_sheet(
    request: GenerationRequest, model: GeneratorModel, rng: np.random.Generator
) -> tuple[Sheet, Genre]:
    """Draw a sheet and a key of the genre, or of the second genre as often as its share says."""
    second = rng.random() < request.blend_weight  # drawn without a blend too: a share of 0 changes nothing
    genre = request.blend if second and request.blend is not None else request.genre
    sheets = model.sheets[genre]
    sheet = sheets[int(rng.integers(len(sheets)))]
    keys = [own.tonic for own in sheets if own.minor == sheet.minor]
    tonic = keys[int(rng.integers(len(keys)))]
    return replace(sheet, tonic=tonic, tempo=request.tempo or sheet.tempo), genre


def _draw_outline(
    sheet: Sheet, genre: Genre, model: GeneratorModel, rng: np.random.Generator
) -> Outline | None:
    """Draw the outline of any piece in the same mode and metre, so no sample is one piece's double."""
    known = [
        outline
        for own, outline in zip(model.sheets[genre], model.outlines[genre], strict=True)
        if (own.minor, own.beats_per_bar) == (sheet.minor, sheet.beats_per_bar)
    ]
    return known[int(rng.integers(len(known)))] if known else None


def _first_bars(tokens: Tokens, sheet: Sheet, n_bars: int) -> Tokens:
    """Return the first bars from the first one that sounds."""
    sounding = np.any(tokens != 0, axis=1)
    first = int(np.argmax(sounding)) // sheet.steps_per_bar * sheet.steps_per_bar
    opening = tokens[first : first + n_bars * sheet.steps_per_bar]
    if not len(opening):
        raise GenerationError("The opening's bars are too long for a sample of this length.")
    return opening


def _as_the_opening(
    opening: Tokens, sheet: Sheet, shapes: Shapes, profile: Profile | None, returns: Returns | None
) -> tuple[Profile, Returns | None]:
    """Let the opening's pitch classes count as much as the outline's, and tell its bars as they are."""
    heard = find_outline(opening, sheet.steps_per_bar, shapes)
    own = heard.profile(0, heard.n_bars)
    if returns is not None:
        returns = np.concatenate([heard.returns, returns[heard.n_bars :]])
    return (own if profile is None else (own + profile) / np.float32(2)), returns
