"""Sampling: from a request to a band, without TensorFlow.

A sample is drawn bar by bar. What returns whole, according to the outline, is played from memory; of a few
draws of each bar the one closest to the outline is played. A bar in which nothing happens, or that repeats
what came before for too long, is drawn again; so is a sample that shares too many bars with a training piece.
The piece ends with one stroke of the tonic chord, which rings out to the length asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gmn_core.generation.music.band import PITCHED_ROLES, Band, Note, Role
from gmn_core.generation.playing.decisions import Decisions, recall
from gmn_core.generation.playing.harmony import BALANCED_BARS, Fit, balance
from gmn_core.generation.playing.memorisation import run_hashes, shares
from gmn_core.generation.playing.model import GeneratorModel, RoleSampling, shipped_model
from gmn_core.generation.playing.planning import Plan, draw_plan
from gmn_core.generation.playing.stepper import Stepper, teacher
from gmn_core.generation.request import GenerationCancelled, GenerationError, GenerationRequest
from gmn_core.generation.tokens.conditioning import BLANK, positions, sheet_features, token_ids
from gmn_core.generation.tokens.encoding import (
    ACTION_SLOTS,
    FIRST_PITCH,
    HOLD,
    N_DRUM_SLOTS,
    REST,
    Tokens,
    decode,
)
from gmn_core.generation.tokens.outline import (
    LAYERS,
    N_RETURNS,
    RETURN_BARS,
    count_pitch_classes,
    departure,
    pitch_class_shares,
)
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre

_LOGGER = logging.getLogger(__name__)

_ATTEMPTS = 6  # at a sample that shares too much with a training piece
_BAR_ATTEMPTS = 12  # at a bar that is alive
_BAR_DRAWS = 4  # of living bars, of which the one nearest to the outline is played
_RECALLING = 3  # attempts at a bar that play from memory what returns
_NEAR = 2.0  # levels of departure from the outline that need no further draw
_SAME_BARS = 4  # bars in a row that may be the same in every role
_BARE_BARS = 3  # bars in a row in which only drums and bass sound

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


def sample_band(
    request: GenerationRequest,
    *,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    model: GeneratorModel | None = None,
) -> Band:
    """Draw a sample.

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
    from threadpoolctl import threadpool_limits

    model = model or shipped_model()
    for genre in (request.genre, request.blend):
        if genre is not None:
            model.check_genre(genre)
    with threadpool_limits(1, "blas"):
        # The products are too small to be divided; threads would only wait for each other.
        for attempt in range(_ATTEMPTS):
            rng = np.random.default_rng((request.seed, attempt))
            plan = draw_plan(request, model, rng)
            tokens = _Take(plan, request, model, rng).play(on_progress, cancelled)
            shared = _shares_too_much(tokens[plan.n_opening :], plan.sheet, request.genre, model)
            if shared is None:
                return _finish(tokens, plan, model, request)
            _LOGGER.warning("seed %d, attempt %d: drawn again, %s", request.seed, attempt + 1, shared)
    raise GenerationError(
        "Every attempt came too close to a piece that the generator learned from; try another seed."
    )


class _Take:
    """One run through a piece."""

    def __init__(
        self, plan: Plan, request: GenerationRequest, model: GeneratorModel, rng: np.random.Generator
    ) -> None:
        sheet = plan.sheet
        self._plan, self._bar = plan, sheet.steps_per_bar
        features = sheet_features(sheet, _genre_shares(request), plan.profile)
        where = positions(sheet, plan.n_steps, plan.n_bars + 1, outline=plan.outline)
        self._stepper = Stepper(model.weights, features, where, self._bar)
        sampling = {
            role: RoleSampling(own.temperature * request.temperature, own.nucleus)
            for role, own in model.sampling.items()
        }
        self._shapes = model.shapes
        self._decisions = Decisions(sheet, model.shapes, sampling, rng)
        self._tokens: list[list[int]] = []
        self._held = dict.fromkeys(PITCHED_ROLES, 0)

    def play(self, on_progress: Progress | None, cancelled: Cancelled | None) -> Tokens:
        """Return the tokens of the whole piece, the last stroke included."""
        plan = self._plan
        self._replay(plan.opening)
        for bar in range(plan.n_opening // self._bar, plan.n_bars):
            if cancelled is not None and cancelled():
                raise GenerationCancelled
            self._play_bar(bar)
            if on_progress is not None:
                on_progress((bar + 1) / plan.n_bars)
        self._note(self._stepper.step(self._decisions.last(self._playing())))
        return np.array(self._tokens, np.int16)

    def _play_bar(self, bar: int) -> None:
        """Play the draw that departs least from the outline; the last one, if no draw is alive."""
        harmony = self._harmony(bar)
        mark, held, n_tokens = self._stepper.mark(), dict(self._held), len(self._tokens)
        draws: list[tuple[float, list[list[int]]]] = []

        def go_back() -> None:
            self._stepper.rewind(mark)
            self._held = dict(held)
            del self._tokens[n_tokens:]

        for attempt in range(_BAR_ATTEMPTS):
            go_back()
            returning = self._returning(bar) if attempt < _RECALLING else {}
            for _ in range(self._bar):
                decide = self._decisions.free(self._held, harmony)
                for roles, n_steps in returning.items():
                    decide = recall(decide, self._tokens[-n_steps], roles, self._held)
                self._note(self._stepper.step(decide))
            if self._dead() or self._stuck():
                continue
            draws.append((self._departure(bar), self._tokens[n_tokens:]))
            if draws[-1][0] <= _NEAR or len(draws) == _BAR_DRAWS:
                break
        if draws:
            best = min(draws, key=lambda draw: draw[0])[1]
            if best != self._tokens[n_tokens:]:
                go_back()
                self._replay(np.array(best, np.int16))

    def _harmony(self, bar: int) -> Fit:
        """Return how well each pitch class fits a bar, given what the last bars had too much of."""
        fit: Fit = self._plan.fit[bar].copy()
        if not self._tokens:
            return fit
        heard = count_pitch_classes(self._last_bars(BALANCED_BARS), self._plan.sheet, self._shapes)
        wanted = self._plan.outline.profile(bar - BALANCED_BARS, bar + 1)
        fit += balance(wanted, pitch_class_shares(heard))
        return fit

    def _returning(self, bar: int) -> dict[tuple[Role, ...], int]:
        """Return which layers play what they played before, and how many steps before."""
        found = {}
        for layer, levels in zip(LAYERS, self._plan.outline.returns[bar], strict=True):
            whole = np.flatnonzero(levels == N_RETURNS - 1)
            if len(whole):
                found[layer] = RETURN_BARS[int(whole[0])] * self._bar
        return found

    def _replay(self, tokens: Tokens) -> None:
        """Play given steps."""
        for row, ids in zip(tokens, token_ids(tokens), strict=True):
            said = [int(token) if own != BLANK else None for token, own in zip(row, ids, strict=True)]
            self._note(self._stepper.step(teacher(said)))

    def _departure(self, bar: int) -> float:
        recent = self._last_bars(max(RETURN_BARS) + 1)
        return departure(recent, self._plan.sheet, self._plan.outline, bar)

    def _note(self, row: list[int]) -> None:
        """Keep a step and how long each role's last stroke has sounded."""
        self._tokens.append(row)
        for role, slot in zip(PITCHED_ROLES, ACTION_SLOTS, strict=True):
            action = row[slot]
            self._held[role] = 1 if action >= FIRST_PITCH else self._held[role] + 1 if action == HOLD else 0

    def _last_bars(self, n_bars: int) -> Tokens:
        return np.array(self._tokens[-n_bars * self._bar :], np.int16)

    def _dead(self) -> bool:
        """Say whether a beat of the last bar is silent, nothing is struck, or only bass and drums play."""
        bar, longer = self._last_bars(1), self._last_bars(_BARE_BARS)
        actions = bar[:, list(ACTION_SLOTS)]
        sounding = (bar[:, :N_DRUM_SLOTS] != 0).any(axis=1) | (actions != REST).any(axis=1)
        silent_beat = not sounding.reshape(-1, self._plan.sheet.steps_per_beat).any(axis=1).all()
        struck = bar[:, :N_DRUM_SLOTS].any() or (actions >= FIRST_PITCH).any()
        above_the_bass = longer[:, list(ACTION_SLOTS[1:])]
        bare = len(longer) == _BARE_BARS * self._bar and not (above_the_bass != REST).any()
        return bool(silent_beat or not struck or bare)

    def _stuck(self) -> bool:
        """Say whether the last bars are all the same in every role."""
        bars = self._last_bars(_SAME_BARS + 1)
        if len(bars) < (_SAME_BARS + 1) * self._bar:
            return False
        return bool((bars.reshape(_SAME_BARS + 1, -1) == bars[: self._bar].ravel()).all())

    def _playing(self) -> frozenset[Role]:
        """Return the roles that struck in the last two bars: they play the last stroke."""
        bars = self._last_bars(2)
        playing = {
            role
            for role, slot in zip(PITCHED_ROLES, ACTION_SLOTS, strict=True)
            if (bars[:, slot] >= FIRST_PITCH).any()
        }
        if bars[:, :N_DRUM_SLOTS].any():
            playing.add(Role.DRUMS)
        return frozenset(playing)


def _genre_shares(request: GenerationRequest) -> dict[Genre, float]:
    if request.blend is None or request.blend is request.genre:
        return {request.genre: 1.0}
    return {request.genre: 1.0 - request.blend_weight, request.blend: request.blend_weight}


def _shares_too_much(tokens: Tokens, sheet: Sheet, genre: Genre, model: GeneratorModel) -> str | None:
    """Say which voice shares more bars with a training piece than real pieces of the genre do, if any."""
    for voice, limit in model.run_limits[genre].items():
        known = model.runs[voice, limit + 1]
        runs = run_hashes(tokens, sheet.steps_per_bar, voice, limit + 1)[limit]
        if shares(runs, known):
            return f"{voice} shares {limit + 1} bars in a row with a training piece"
    return None


def _finish(tokens: Tokens, plan: Plan, model: GeneratorModel, request: GenerationRequest) -> Band:
    """Play the tokens, and let the last stroke ring to the end."""
    sheet = plan.sheet
    last = (plan.n_steps - 1) * sheet.ticks_per_step
    band = decode(sheet, tokens, model.shapes, request.seed)
    notes = {
        role: tuple(_ringing(note, role, last, sheet, plan.length) for note in own)
        for role, own in band.notes.items()
    }
    return replace(band, notes=notes, length=plan.length)


def _ringing(note: Note, role: Role, last: int, sheet: Sheet, length: int) -> Note:
    if role is Role.DRUMS or note.onset < last - sheet.ticks_per_step // 2:
        return note
    return replace(note, duration=length - note.onset)
