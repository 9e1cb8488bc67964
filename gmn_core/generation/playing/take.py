"""A take: one run through a planned piece, bar by bar.

Several drafts of each bar are stepped together, all from the bars chosen before. What returns whole,
according to the outline, is played from memory. Drafts in which nothing happens, or that repeat what came
before for too long, are thrown away; of the others the one nearest to the outline is kept.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.playing.critic import PASSAGE_BARS, passage_features
from gmn_core.generation.playing.decisions import Decisions, recall
from gmn_core.generation.playing.floor import ANY, full_bars, has_full_band
from gmn_core.generation.playing.harmony import BALANCED_BARS, Fit, balance, foreign_shares
from gmn_core.generation.playing.model import GeneratorModel, RoleSampling
from gmn_core.generation.playing.planning import Plan
from gmn_core.generation.playing.stepper import NOTHING, Decide, Guide, Stepper, teacher
from gmn_core.generation.playing.watch import Watch
from gmn_core.generation.request import GenerationCancelled, GenerationRequest
from gmn_core.generation.tokens.conditioning import BLANK, positions, sheet_features, token_ids
from gmn_core.generation.tokens.encoding import (
    ACTION,
    ACTION_SLOTS,
    FIRST_PITCH,
    HOLD,
    N_DRUM_SLOTS,
    N_SLOTS,
    REST,
    Tokens,
    role_slots,
)
from gmn_core.generation.tokens.outline import (
    LAYERS,
    RETURN_BARS,
    count_pitch_classes,
    departures,
    pitch_class_shares,
)

N_DRAFTS = 8
_CRITIC_WEIGHT = 0.7  # levels of departure from the outline that a nat of the critic outweighs
_CHORD_WEIGHT = 1.0  # levels of departure that a draft none of whose notes fit its chords is worse by
_BATCHES = 3  # of drafts of a bar, until one is alive
_SAME_BARS = 4  # bars in a row that may be the same in every role
_BARE_BARS = 3  # bars in a row in which only drums and bass sound

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]
Verdicts = npt.NDArray[np.bool_]
_ACTIONS = list(ACTION_SLOTS)


class Take:
    """One run through a piece.

    Parameters
    ----------
    plan : Plan
        What is fixed before the first note.
    request : GenerationRequest
        Gives genre and adventurousness.
    model : GeneratorModel
        The generator.
    rng : numpy Generator
        Source of all random numbers.
    n_drafts : int
        Drafts of each bar.
    watch : Watch, optional
        Says which drafts share too much, and breaks off a take without a future.
    """

    def __init__(
        self,
        plan: Plan,
        request: GenerationRequest,
        model: GeneratorModel,
        rng: np.random.Generator,
        n_drafts: int = N_DRAFTS,
        watch: Watch | None = None,
    ) -> None:
        sheet, self._watch = plan.sheet, watch
        self._plan, self._bar, self._n = plan, sheet.steps_per_bar, n_drafts
        self._genres, self._critic = request.genre_shares, model.tuning.critic
        features = sheet_features(sheet, self._genres, plan.profile)
        where = positions(sheet, plan.n_steps, plan.n_bars + 1, outline=plan.outline)
        guide = None
        if model.guidance != 1:
            guide = Guide(sheet_features(sheet, {}, plan.profile), model.guidance)
        self._stepper = Stepper(model.weights, features, where, self._bar, n_drafts, guide)
        sampling = {
            role: RoleSampling(own.temperature * request.temperature, own.nucleus)
            for role, own in model.sampling.items()
        }
        self._shapes = model.shapes
        self._thin = model.tuning.floor(request.genre).thin if has_full_band(sheet) else ANY
        self._decisions = Decisions(sheet, model.shapes, sampling, rng)
        self._contour = model.tuning.contour
        # Of all drafts: up to the bar that is being played they are the same.
        self._tokens = np.zeros((n_drafts, plan.n_steps, N_SLOTS), np.int16)
        self._held = np.zeros((n_drafts, len(PITCHED_ROLES)), np.int64)
        self._latest = np.zeros((n_drafts, len(PITCHED_ROLES)), np.int64)

    def play(self, on_progress: Progress | None = None, cancelled: Cancelled | None = None) -> Tokens:
        """Return the tokens of the whole piece, the last stroke included.

        Raises
        ------
        Rejected
            If the watch breaks it off.
        GenerationCancelled
            If ``cancelled`` said so.
        """
        plan = self._plan
        self._replay(plan.opening)
        for bar in range(plan.n_opening // self._bar, plan.n_bars):
            if cancelled is not None and cancelled():
                raise GenerationCancelled
            self._play_bar(bar)
            if self._watch is not None:
                self._watch.note(bar, self._tokens[0, : self._done])
            if on_progress is not None:
                on_progress((bar + 1) / plan.n_bars)
        self._note(self._stepper.step(self._keeping(self._decisions.last(self._playing()))))
        played: Tokens = self._tokens[0].copy()
        return played

    def _play_bar(self, bar: int) -> None:
        """Play the best of the drafts that are alive; the first of the last ones, if none is."""
        harmony, grooves, returning = self._harmony(bar), *self._returning(bar)
        mark, held, latest, done = self._stepper.mark(), self._held, self._latest, self._done
        moves = self._contour.moves(self._tokens[0, :done])
        settled = self._plan.kept is not None and not self._plan.kept.free[bar].any()
        for _ in range(_BATCHES):
            self._stepper.rewind(mark)
            self._held, self._latest = held, latest
            for step in range(self._bar):
                chord = self._plan.on_chord(bar, step)
                rhythm = {role: self._action(role, n_steps) for role, n_steps in grooves.items()}
                decide = self._decisions.free(self._held, self._latest, harmony, moves, chord, rhythm)
                for roles, n_steps in returning.items():
                    decide = recall(decide, self._tokens[0, self._done - n_steps], roles, self._held)
                self._note(self._stepper.step(self._keeping(decide)))
            alive = self._alive(bar)
            returning, grooves = {}, {}  # a bar from memory may be what is lifeless
            if alive.any() or settled:
                break
        cost = self._cost(bar)
        best = int(np.argmin(np.where(alive | ~alive.any(), cost, np.inf)))
        self._stepper.keep(best, done)
        self._tokens[:, done : self._done] = self._tokens[best, done : self._done].copy()
        self._held, self._latest = (np.tile(own[best], (self._n, 1)) for own in (self._held, self._latest))

    def _cost(self, bar: int) -> npt.NDArray[np.float64]:
        """Return how little each draft is wanted, by outline, chords and, later, the critic."""
        plan = self._plan
        cost = departures(self._heard(bar, max(RETURN_BARS)), plan.sheet, plan.outline, bar)
        foreign = foreign_shares(self._heard(bar, 0), plan.sheet, self._shapes, plan.outline.chords[bar])
        cost = cost + _CHORD_WEIGHT * foreign
        if self._critic is not None and bar >= PASSAGE_BARS - 1:
            passages = self._heard(bar, PASSAGE_BARS - 1)
            real = self._critic.judge(passage_features(passages, plan.sheet, self._genres))
            cost = cost - _CRITIC_WEIGHT * real
        return cost

    @property
    def _done(self) -> int:
        return self._stepper.done

    def _heard(self, bar: int, before: int) -> Tokens:
        """Return a bar and some before it, fewer at the beginning, of all drafts."""
        heard: Tokens = self._tokens[:, max(bar - before, 0) * self._bar : (bar + 1) * self._bar]
        return heard

    def _harmony(self, bar: int) -> Fit:
        """Return how well each pitch class fits a bar, given what the last bars had too much of."""
        fit: Fit = self._plan.fit[bar].copy()
        if not bar:
            return fit
        heard = self._heard(bar - 1, BALANCED_BARS - 1)[0]
        wanted = self._plan.outline.profile(bar - BALANCED_BARS, bar + 1)
        fit += balance(wanted, pitch_class_shares(count_pitch_classes(heard, self._plan.sheet, self._shapes)))
        return fit

    def _returning(self, bar: int) -> tuple[dict[Role, int], dict[tuple[Role, ...], int]]:
        """Return who keeps to a rhythm, who plays what they played before, and from how many steps back."""
        grooves = {
            role: n_bars * self._bar
            for role, n_bars in zip(Role, self._plan.grooves[bar].tolist(), strict=True)
            if n_bars
        }
        memory: dict[tuple[Role, ...], int] = {
            layer: n_bars * self._bar
            for layer, n_bars in zip(LAYERS, self._plan.memory[bar].tolist(), strict=True)
            if n_bars
        }
        if Role.DRUMS in grooves:  # whose rhythm is all that they play
            memory[(Role.DRUMS,)] = grooves.pop(Role.DRUMS)
        return grooves, memory

    def _action(self, role: Role, n_steps: int) -> int:
        """Return what a pitched role did some steps before."""
        return int(self._tokens[0, self._done - n_steps, role_slots(role)[ACTION]])

    def _keeping(self, decide: Decide) -> Decide:
        """Let the roles that keep this bar play what they played."""
        kept = self._plan.kept
        if kept is None:
            return decide
        roles = kept.roles(self._done // self._bar)
        return recall(decide, kept.tokens[self._done], roles, self._held)

    def _replay(self, tokens: Tokens) -> None:
        """Play given steps."""
        for row in np.where(token_ids(tokens) == BLANK, NOTHING, tokens).tolist():
            self._note(self._stepper.step(teacher(row)))

    def _note(self, rows: Tokens) -> None:
        """Keep a step of each draft, and each role's last stroke with how long it has sounded."""
        self._tokens[:, self._done - 1] = rows
        actions = rows[:, _ACTIONS]
        strikes = actions >= FIRST_PITCH
        self._held = np.where(strikes, 1, np.where(actions == HOLD, self._held + 1, 0))
        self._latest = np.where(strikes, actions, self._latest)

    def _alive(self, bar: int) -> Verdicts:
        """Say of each draft whether something happens in its last bar, and something new of its own."""
        sheet = self._plan.sheet
        lifeless = silent(self._heard(bar, 0), sheet.steps_per_beat)
        if bar >= self._thin:
            lifeless |= ~full_bars(self._heard(bar, self._thin), self._bar).any(axis=1)
        elif bar >= _BARE_BARS - 1:
            lifeless |= bare(self._heard(bar, _BARE_BARS - 1))
        if bar >= _SAME_BARS:
            lifeless |= unchanging(self._heard(bar, _SAME_BARS), self._bar)
        if self._watch is not None:
            lifeless |= self._watch.unwanted(self._heard(bar, 0))
        return ~lifeless

    def _playing(self) -> frozenset[Role]:
        """Return the roles that struck in the last two bars: they play the last stroke."""
        bars = self._tokens[0, max(self._done - 2 * self._bar, 0) : self._done]
        playing = {
            role
            for role, slot in zip(PITCHED_ROLES, ACTION_SLOTS, strict=True)
            if (bars[:, slot] >= FIRST_PITCH).any()
        }
        if bars[:, :N_DRUM_SLOTS].any():
            playing.add(Role.DRUMS)
        return frozenset(playing)


def silent(tokens: Tokens, steps_per_beat: int) -> Verdicts:
    """Say of each draft whether a beat of it is silent or nothing is struck.

    Parameters
    ----------
    tokens : ndarray of int16, shape (n_drafts, n_steps, n_slots)
        Whole bars of each draft.
    steps_per_beat : int
        Grid steps in a beat.
    """
    actions = tokens[:, :, _ACTIONS]
    drums = (tokens[:, :, :N_DRUM_SLOTS] != 0).any(axis=2)
    sounding = drums | (actions != REST).any(axis=2)
    struck = drums.any(axis=1) | (actions >= FIRST_PITCH).any(axis=(1, 2))
    beats = sounding.reshape(len(tokens), -1, steps_per_beat).any(axis=2)
    return np.asarray(~struck | ~beats.all(axis=1))


def bare(tokens: Tokens) -> Verdicts:
    """Say of each draft whether only bass and drums play; see `silent` for the shape."""
    return np.asarray(~(tokens[:, :, _ACTIONS[1:]] != REST).any(axis=(1, 2)))


def unchanging(tokens: Tokens, steps_per_bar: int) -> Verdicts:
    """Say of each draft whether its bars are all the same in every role; see `silent` for the shape."""
    bars = tokens.reshape(len(tokens), -1, steps_per_bar * tokens.shape[2])
    return np.asarray((bars == bars[:, :1]).all(axis=(1, 2)))
