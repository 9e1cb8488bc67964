"""Sampling: from a request to a band, without TensorFlow.

A sample is planned, then played bar by bar (`playing.take`). One that shares too many bars with a training
piece, or falls below its genre's floor, is broken off and drawn again. It ends with one stroke of the tonic
chord, which rings out to the length asked for.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

import numpy as np

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.music.start import read_start
from gmn_core.generation.playing.change_planning import draw_change
from gmn_core.generation.playing.changing import join
from gmn_core.generation.playing.floor import Floor, still_bars
from gmn_core.generation.playing.memorisation import SharedRuns
from gmn_core.generation.playing.model import GeneratorModel, shipped_model
from gmn_core.generation.playing.planning import Plan, draw_plan
from gmn_core.generation.playing.take import Cancelled, Progress, Take
from gmn_core.generation.playing.watch import Rejected, Watch
from gmn_core.generation.playing.wishes import heard_marks
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.tokens.encoding import Tokens, decode, encode
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre

_LOGGER = logging.getLogger(__name__)

_PLANS = 6  # until the chords of one move
_ATTEMPTS = 12  # at a sample; each is broken off where it fails


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
    below: list[int] = []  # attempts that may be played if every one is below the floor

    def attempt(number: int, floor: Floor | None) -> tuple[Plan, Tokens]:
        plan, rng = _planned(request, model, number, before)
        if plan.kept is not None and not plan.kept.free.any():
            return plan, plan.kept.tokens  # other instruments play the same notes
        watch = Watch(plan, request.genre, model, _applied(floor, plan, request), strict=plan.kept is None)
        tokens = Take(plan, request, model, rng, watch=watch).play(on_progress, cancelled)
        if complaint := _change_complaint(tokens, plan, request, model):
            raise Rejected(complaint)
        return plan, tokens

    with threadpool_limits(1, "blas"):
        # The products are too small to be divided; threads would only wait for each other.
        for number in range(_ATTEMPTS):
            try:
                return attempt(number, model.tuning.floor(request.genre))
            except Rejected as reason:
                _LOGGER.warning("seed %d, attempt %d: drawn again, %s", request.seed, number + 1, reason)
                if reason.playable:
                    below.append(number)
        for number in below:
            with suppress(Rejected):
                return attempt(number, None)
    raise GenerationError(
        "Every attempt came too close to a piece that the generator learned from; try another seed."
    )


def _planned(
    request: GenerationRequest, model: GeneratorModel, attempt: int, before: Band | None
) -> tuple[Plan, np.random.Generator]:
    """Return the plan of an attempt, and the source of its further random numbers."""
    if before is not None:
        rng = np.random.default_rng((request.changes[-1].seed, attempt, len(request.changes)))
        return draw_change(before, request, model, rng), rng
    rng = np.random.default_rng((request.seed, attempt))
    for _ in range(_PLANS):
        plan = draw_plan(request, model, rng)
        applied = _applied(model.tuning.floor(request.genre), plan, request)
        # What would be rejected for its chords need not be played first.
        if applied is None or still_bars(plan.outline.chords) <= applied.still:
            break
    return plan, rng


def _applied(floor: Floor | None, plan: Plan, request: GenerationRequest) -> Floor | None:
    """Return the floor, unless chords, players or changes were asked for: they are their owner's business."""
    return None if plan.kept is not None or request.chords or request.players else floor


def _change_complaint(
    tokens: Tokens, plan: Plan, request: GenerationRequest, model: GeneratorModel
) -> str | None:
    """Say why a changed piece is rejected, if it is: it is as it was, or shares what it did not share."""
    if plan.kept is None:
        return None
    if np.array_equal(tokens, plan.kept.tokens):
        return "nothing has changed"
    complaint = _shares_too_much(tokens[plan.n_opening :], plan.sheet, request.genre, model)
    before = _shares_too_much(plan.kept.tokens, plan.sheet, request.genre, model)
    return None if complaint == before else complaint


def _shares_too_much(tokens: Tokens, sheet: Sheet, genre: Genre, model: GeneratorModel) -> str | None:
    """Say which voice shares more bars with a training piece than real pieces of the genre do, if any."""
    n_bars = len(tokens) // sheet.steps_per_bar
    shared = SharedRuns(model.run_limits[genre], model.runs, sheet.steps_per_bar, n_bars)
    shared.add(tokens)
    return shared.complaint


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
