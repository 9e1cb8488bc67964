"""Sampling: from a request to a band, without TensorFlow.

A sample is planned, then played bar by bar (`playing.take`). One that shares too many bars with a training
piece is drawn again. It ends with one stroke of the tonic chord, which rings out to the length asked for.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.playing.memorisation import run_hashes, shares
from gmn_core.generation.playing.model import GeneratorModel, shipped_model
from gmn_core.generation.playing.planning import Plan, draw_plan
from gmn_core.generation.playing.take import Cancelled, Progress, Take
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.tokens.encoding import Tokens, decode
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre

_LOGGER = logging.getLogger(__name__)

_ATTEMPTS = 6  # at a sample that shares too much with a training piece


def sample_band(
    request: GenerationRequest,
    *,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    model: GeneratorModel | None = None,
) -> Band:
    """Draw a sample as a band.

    Parameters
    ----------
    request : GenerationRequest
        What to play; equal requests give equal bands.
    on_progress : callable, optional
        Called with the share done, 0 to 1, after each bar.
    cancelled : callable, optional
        Called before each bar; returns whether to stop.
    model : GeneratorModel, optional
        The generator; by default the one that is shipped.

    Returns
    -------
    Band
        As long as asked for, the ring-out of its last notes included.

    Raises
    ------
    GenerationError
        If the generator has not learned the genre, the opening cannot be
        continued, or every attempt came too close to a training piece.
    GenerationCancelled
        If the caller asked to stop.
    """
    model = model or shipped_model()
    plan, tokens = sample_tokens(request, model, on_progress=on_progress, cancelled=cancelled)
    return _finish(tokens, plan, model, request)


def sample_tokens(
    request: GenerationRequest,
    model: GeneratorModel,
    *,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[Plan, Tokens]:
    """Draw a sample as its plan and its tokens, the last stroke included; see `sample_band`."""
    from threadpoolctl import threadpool_limits

    for genre in (request.genre, request.blend):
        if genre is not None:
            model.check_genre(genre)
    found: tuple[Plan, Tokens] | None = None  # what may be played if every attempt is below the floor
    with threadpool_limits(1, "blas"):
        # The products are too small to be divided; threads would only wait for each other.
        for attempt in range(_ATTEMPTS):
            rng = np.random.default_rng((request.seed, attempt))
            plan = draw_plan(request, model, rng)
            tokens = Take(plan, request, model, rng).play(on_progress, cancelled)
            complaint = _shares_too_much(tokens[plan.n_opening :], plan.sheet, request.genre, model)
            if complaint is None:
                found = found or (plan, tokens)
                complaint = _below_the_floor(plan, tokens, request, model)
            if complaint is None:
                return plan, tokens
            _LOGGER.warning("seed %d, attempt %d: drawn again, %s", request.seed, attempt + 1, complaint)
    if found is not None:
        return found
    raise GenerationError(
        "Every attempt came too close to a piece that the generator learned from; try another seed."
    )


def _shares_too_much(tokens: Tokens, sheet: Sheet, genre: Genre, model: GeneratorModel) -> str | None:
    """Say which voice shares more bars with a training piece than real pieces of the genre do, if any."""
    for voice, limit in model.run_limits[genre].items():
        known = model.runs[voice, limit + 1]
        runs = run_hashes(tokens, sheet.steps_per_bar, voice, limit + 1)[limit]
        if shares(runs, known):
            return f"{voice} shares {limit + 1} bars in a row with a training piece"
    return None


def _below_the_floor(
    plan: Plan, tokens: Tokens, request: GenerationRequest, model: GeneratorModel
) -> str | None:
    """Say what keeps a sample below its genre's floor, if anything; an opening is its owner's business."""
    bars = tokens[plan.n_opening : plan.n_bars * plan.sheet.steps_per_bar]
    return model.tuning.floor(request.genre).complaint(bars, plan.sheet, model.shapes)


def _finish(tokens: Tokens, plan: Plan, model: GeneratorModel, request: GenerationRequest) -> Band:
    """Play the tokens, and let the last stroke ring to the end."""
    sheet = plan.sheet
    last = (plan.n_steps - 1) * sheet.ticks_per_step
    band = decode(sheet, tokens, model.shapes, request.seed)
    notes = {
        role: tuple(_ringing(note, role, last, sheet, plan.length) for note in own)
        for role, own in band.notes.items()
    }
    return replace(band, notes=notes, length=plan.length, join=plan.n_opening * sheet.ticks_per_step)


def _ringing(note: Note, role: Role, last: int, sheet: Sheet, length: int) -> Note:
    if role is Role.DRUMS or note.onset < last - sheet.ticks_per_step // 2:
        return note
    return replace(note, duration=length - note.onset)
