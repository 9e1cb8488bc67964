"""Sampling: from a request to a band, without TensorFlow.

A sample is planned, then played bar by bar (`playing.take`). One that shares too many bars with a training
piece is drawn again. It ends with one stroke of the tonic chord, which rings out to the length asked for.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.music.start import read_start
from gmn_core.generation.playing.change_planning import draw_change
from gmn_core.generation.playing.changing import Kept, join
from gmn_core.generation.playing.memorisation import TYPICAL_SHARE, count_parts, count_repeated
from gmn_core.generation.playing.model import GeneratorModel, shipped_model
from gmn_core.generation.playing.planning import Plan, draw_plan
from gmn_core.generation.playing.take import Cancelled, Progress, Take
from gmn_core.generation.playing.wishes import heard_marks
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.tokens.encoding import Tokens, decode, encode
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
    before: Band | None = None,
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
    before : Band, optional
        What the request without its last change gives, where it is at hand;
        otherwise it is made first.

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
    if request.start is not None and not request.changes:
        return _started(read_start(request.start), model)
    if request.changes and before is None:
        n_steps = len(request.changes) + 1
        for done in range(n_steps - 1):
            earlier = replace(request, changes=request.changes[:done])
            before = sample_band(
                earlier,
                on_progress=_part(on_progress, done, n_steps),
                cancelled=cancelled,
                model=model,
                before=before,
            )
        on_progress = _part(on_progress, n_steps - 1, n_steps)
    plan, tokens = sample_tokens(request, model, on_progress=on_progress, cancelled=cancelled, before=before)
    return _finish(tokens, plan, model, request)


def _started(band: Band, model: GeneratorModel) -> Band:
    """Return notes from elsewhere with the chords that are heard in them."""
    sheet, tokens = encode(band, model.shapes)
    return band if band.chords else replace(band, chords=heard_marks(tokens, sheet, model.shapes))


def _part(on_progress: Progress | None, done: int, n_steps: int) -> Progress | None:
    """Return what is told of the progress of one step among several."""
    return None if on_progress is None else lambda share: on_progress((done + share) / n_steps)


def sample_tokens(
    request: GenerationRequest,
    model: GeneratorModel,
    *,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    before: Band | None = None,
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
            if before is None:
                rng = np.random.default_rng((request.seed, attempt))
                plan = draw_plan(request, model, rng)
            else:
                rng = np.random.default_rng((request.changes[-1].seed, attempt, len(request.changes)))
                plan = draw_change(before, request, model, rng)
            if plan.kept is not None and not plan.kept.free.any():
                return plan, plan.kept.tokens  # other instruments play the same notes
            tokens = Take(plan, request, model, rng).play(on_progress, cancelled)
            complaint = _shares_too_much(tokens[plan.n_opening :], plan.sheet, request.genre, model)
            if plan.kept is not None:
                complaint = complaint if _is_new(complaint, plan, request, model) else None
                complaint = complaint or _unchanged(tokens, plan.kept)
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
    """Say which voice shares more bars with a training piece than real pieces of the genre do, if any.

    A piece as long as the real excerpts of which three in four share no more
    must not at all; a longer one may as seldom as they.
    """
    most = (1 - TYPICAL_SHARE) * count_parts(len(tokens) // sheet.steps_per_bar)
    for voice, limit in model.run_limits[genre].items():
        known = model.runs[voice, limit + 1]
        if count_repeated(tokens, sheet.steps_per_bar, voice, limit, known) > most:
            return f"{voice} shares {limit + 1} bars in a row with a training piece"
    return None


def _is_new(complaint: str | None, plan: Plan, request: GenerationRequest, model: GeneratorModel) -> bool:
    """Say whether a piece gave no cause for a complaint before it was changed."""
    if complaint is None or plan.kept is None:
        return False
    return _shares_too_much(plan.kept.tokens, plan.sheet, request.genre, model) != complaint


def _unchanged(tokens: Tokens, kept: Kept) -> str | None:
    return "nothing has changed" if np.array_equal(tokens, kept.tokens) else None


def _below_the_floor(
    plan: Plan, tokens: Tokens, request: GenerationRequest, model: GeneratorModel
) -> str | None:
    """Say what keeps a sample below its genre's floor, if anything.

    An opening is its owner's business, and so are chords, players and changes that are asked for.
    """
    if plan.kept is not None or request.chords or request.players:
        return None
    bars = tokens[plan.n_opening : plan.n_bars * plan.sheet.steps_per_bar]
    return model.tuning.floor(request.genre).complaint(bars, plan.sheet, model.shapes)


def _finish(tokens: Tokens, plan: Plan, model: GeneratorModel, request: GenerationRequest) -> Band:
    """Play the tokens, and let the last stroke ring to the end; what stays of a piece stays as it was."""
    sheet, kept = plan.sheet, plan.kept
    last = (plan.n_steps - 1) * sheet.ticks_per_step
    seed = request.changes[-1].seed if request.changes else request.seed
    band = decode(sheet, tokens, model.shapes, seed)
    notes = {
        role: tuple(_ringing(note, role, last, sheet, plan.length) for note in own)
        for role, own in band.notes.items()
    }
    if kept is not None:
        notes = join(replace(band, notes=notes, length=plan.length), kept, sheet)
    return replace(
        band,
        programs={role: sheet.programs[role] for role in notes},
        notes=notes,
        length=plan.length,
        join=plan.n_opening * sheet.ticks_per_step if kept is None else min(kept.before.join, plan.length),
        sections=plan.sections,
        chords=plan.names or heard_marks(tokens, sheet, model.shapes),
    )


def _ringing(note: Note, role: Role, last: int, sheet: Sheet, length: int) -> Note:
    if role is Role.DRUMS or note.onset < last - sheet.ticks_per_step // 2:
        return note
    return replace(note, duration=length - note.onset)
