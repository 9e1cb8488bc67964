"""Deciding tokens for all drafts: temperature, nucleus, masks of what is impossible, and memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.playing.contour import NO_MOVES, Moves
from gmn_core.generation.playing.model import RoleSampling
from gmn_core.generation.playing.stepper import NOTHING, Array, Choice, Decide, Logits
from gmn_core.generation.tokens.encoding import (
    ACTION,
    ACTION_TOKENS,
    DRUM_TOKENS,
    FIRST_PITCH,
    HOLD,
    LOWEST,
    N_DRUM_SLOTS,
    N_SHAPES,
    REST,
    SHAPE,
    SLOTS_PER_ROLE,
    Shapes,
    Tokens,
    role_slots,
)
from gmn_core.generation.tokens.sheet import N_LEVELS, Sheet

_STRIKES = np.arange(ACTION_TOKENS) >= FIRST_PITCH
_PITCH_CLASSES = (np.arange(ACTION_TOKENS) - FIRST_PITCH + LOWEST) % 12  # of each strike

Mask = npt.NDArray[np.bool_]


class OnChord(NamedTuple):
    """How a step keeps to a given chord.

    Parameters
    ----------
    pull : ndarray of float32, shape (12,)
        Added to the logits of each pitch class: 0 for the chord's tones, below
        for the others.
    begins : bool
        Whether the chord begins here, so that what accompanies strikes anew.
    """

    pull: Array
    begins: bool


NO_CHORD = OnChord(np.zeros(12, np.float32), begins=False)
Held = npt.NDArray[np.int64]
_ActionMask = Callable[[Role], Mask]
_NO_RHYTHM: Mapping[Role, int] = {}
_TUNES = (Role.LEAD, Role.SECOND)
_TUNE = np.float32(0.6)  # of the harmony's pull that tunes follow: passing notes pass
_HIGHEST_SOUND = 120
_TOO_WIDE = 128
_LONGEST_HOLD_BARS = 4


def draw(logits: Array, how: RoleSampling, allowed: Mask | None, rng: np.random.Generator) -> Choice:
    """Draw a token for each draft.

    Parameters
    ----------
    logits : ndarray of float32, shape (n_drafts, n_tokens)
        Unnormalised log-probabilities.
    how : RoleSampling
        Temperature and nucleus.
    allowed : ndarray of bool, broadcastable to the logits, optional
        The tokens that may be drawn; at least one for each draft.
    rng : numpy Generator
        Gives one random number per draft.

    Returns
    -------
    ndarray of int64, shape (n_drafts,)
        The tokens.
    """
    scores = logits.astype(np.float64) / how.temperature
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    rows = np.arange(len(scores))
    order = np.argsort(-scores, axis=1, kind="stable")
    scores = scores[rows[:, None], order]
    sums = np.cumsum(np.exp(scores - scores[:, :1]), axis=1)
    last = (sums < how.nucleus * sums[:, -1:]).sum(axis=1)  # inside the nucleus
    aim = rng.random(len(scores)) * sums[rows, last]
    found: Choice = order[rows, np.minimum((sums <= aim[:, None]).sum(axis=1), last)]
    return found


def follow(logits: Array, fit: Array, moved: Mask) -> Array:
    """Move probability among some tokens towards those that fit; what they have together stays as it was.

    Parameters
    ----------
    logits : ndarray of float32, shape (n_drafts, n_tokens)
        Unnormalised log-probabilities.
    fit : ndarray of float32, broadcastable to the logits
        Added to the logits of the tokens that are moved.
    moved : ndarray of bool, shape (n_tokens,)
        Which tokens those are.
    """
    before = np.where(moved, logits, -np.inf)
    after = before + fit
    highest = before.max(axis=1, keepdims=True)
    before -= highest
    lost = np.log(np.exp(before, out=before).sum(axis=1) / np.exp(after - highest).sum(axis=1))
    after += lost[:, None]
    found: Array = np.where(moved, after, logits)
    return found


def _in_rhythm(allowed: Mask, earlier: int) -> Mask:
    """Return what of the actions is as an earlier one; who cannot hold may rest or strike."""
    same = _STRIKES if earlier >= FIRST_PITCH else np.arange(ACTION_TOKENS) == earlier
    found = allowed & same
    return np.where(found.any(axis=1, keepdims=True), found, allowed)


def recall(decide: Decide, earlier: Tokens, roles: Collection[Role], held: Held) -> Decide:
    """Return the decision of a step at which some roles play what they played at an earlier one.

    Parameters
    ----------
    decide : callable
        Decides the slots of the other roles.
    earlier : ndarray of int, shape (n_slots,)
        The tokens of the earlier step.
    roles : collection of Role
        Who plays from memory.
    held : ndarray of int, shape (n_drafts, n_pitched_roles)
        For how many steps each role's last stroke has sounded: a note that
        is not sounding cannot be held.
    """
    recalled: dict[int, Choice | int] = {}
    for role in roles:
        slots = role_slots(role)
        tokens: list[Choice | int] = [int(earlier[slot]) for slot in slots]
        if role is not Role.DRUMS and earlier[slots[ACTION]] < FIRST_PITCH:
            sounds = (earlier[slots[ACTION]] == HOLD) & (held[:, PITCHED_ROLES.index(role)] > 0)
            tokens = [np.where(sounds, HOLD, REST), NOTHING, NOTHING]
        recalled.update(zip(slots, tokens, strict=True))
    return lambda slot, logits: recalled[slot] if slot in recalled else decide(slot, logits)


class Decisions:
    """The decisions on the slots of a piece, step by step.

    Parameters
    ----------
    sheet : Sheet
        Says which roles take part.
    shapes : Shapes
        The vocabulary of chord shapes.
    sampling : mapping of Role to RoleSampling
        How each role's tokens are drawn.
    rng : numpy Generator
        Source of all random numbers.
    """

    def __init__(
        self,
        sheet: Sheet,
        shapes: Shapes,
        sampling: Mapping[Role, RoleSampling],
        rng: np.random.Generator,
    ) -> None:
        self._sheet, self._sampling, self._rng = sheet, sampling, rng
        # The network has room for more shapes than a small corpus has; those are never drawn.
        spare = N_SHAPES - len(shapes.intervals)
        self._widest = np.array([max(shape, default=0) for shape in shapes.intervals] + [_TOO_WIDE] * spare)
        tones = np.pad(shapes.tones, ((0, spare), (0, 0)))
        # A bit for each pitch class above the lowest note.
        self._chord_tones = (tones > 0) @ (1 << np.arange(12))
        self._chords: Mask = np.asarray(tones.any(axis=1))
        # Of each shape the shares of the pitch classes above the lowest note.
        self._shares = (tones / np.maximum(tones.sum(axis=1, keepdims=True), 1)).astype(np.float32)
        self._present = (tones > 0).astype(np.float32)
        # A player has only some kinds of notes, but always one.
        self._manners: dict[Role, Mask | None] = {}
        for role in PITCHED_ROLES:
            has = np.array(sheet.gates.get(role, ())) > 0
            self._manners[role] = np.repeat(has, N_LEVELS) if has.any() else None
        self._longest_hold = _LONGEST_HOLD_BARS * sheet.steps_per_bar

    def free(
        self,
        held: Held,
        latest: Held,
        harmony: Array,
        moves: Moves = NO_MOVES,
        chord: OnChord = NO_CHORD,
        rhythm: Mapping[Role, int] = _NO_RHYTHM,
    ) -> Decide:
        """Return the decision of an ordinary step.

        Parameters
        ----------
        held : ndarray of int, shape (n_drafts, n_pitched_roles)
            For how many steps each role's last stroke has sounded; 0 for a
            role at rest.
        latest : ndarray of int, shape (n_drafts, n_pitched_roles)
            The action with which each role last struck; 0 before it has.
        harmony : ndarray of float32, shape (12,)
            How well each pitch class fits the bar; see
            `gmn_core.generation.playing.harmony`.
        moves : Moves
            How intervals and pitches are favoured.
        chord : OnChord
            How strongly the step keeps to the tones of a given chord.
        rhythm : mapping of Role to int
            What those who keep to the rhythm of an earlier bar did there: they
            rest, hold or strike as then.
        """

        def melody(role: Role) -> Array:
            return moves.fit(role, latest[:, PITCHED_ROLES.index(role)])

        def action(role: Role) -> Mask:
            sounding = held[:, PITCHED_ROLES.index(role)]
            # What accompanies moves with the chord; a tune may hold a note over it.
            anew = chord.begins and role not in _TUNES
            allowed = self._action_mask(np.zeros_like(sounding) if anew else sounding)
            return allowed if role not in rhythm else _in_rhythm(allowed, rhythm[role])

        return self._decide(action, None, harmony, melody, chord.pull)

    def last(self, playing: frozenset[Role]) -> Decide:
        """Return the decision of the last stroke: the roles that play strike the tonic chord together."""
        root = np.zeros(ACTION_TOKENS, bool)
        root[FIRST_PITCH + (-LOWEST % 12) :: 12] = True
        tones = root.copy()
        for interval in self._triad[1:]:
            tones[FIRST_PITCH + ((interval - LOWEST) % 12) :: 12] = True
        rest: Mask = np.arange(ACTION_TOKENS) == REST

        def action(role: Role) -> Mask:
            if role not in playing:
                return rest
            return root if role is Role.BASS else tones

        return self._decide(action, frozenset(playing), np.zeros(12, np.float32), None, NO_CHORD.pull)

    @property
    def _triad(self) -> tuple[int, int, int]:
        return (0, 3 if self._sheet.minor else 4, 7)

    def _decide(
        self,
        action_mask: _ActionMask,
        cadence: frozenset[Role] | None,
        harmony: Array,
        melody: Callable[[Role], Array] | None,
        pull: Array,
    ) -> Decide:
        struck: dict[Role, Choice] = {}
        fit = harmony[_PITCH_CLASSES]

        def decide(slot: int, logits: Logits) -> Choice | int:
            if slot < N_DRUM_SLOTS:
                return self._drums(slot, logits, cadence)
            index, part = divmod(slot - N_DRUM_SLOTS, SLOTS_PER_ROLE)
            role = PITCHED_ROLES[index]
            if role not in self._sheet.programs:
                return REST if part == ACTION else NOTHING
            if part == ACTION:
                own = _TUNE * fit if role in _TUNES else fit + pull[_PITCH_CLASSES]
                if melody is not None:
                    own = own + melody(role)
                fitting = follow(logits(), own, _STRIKES)
                struck[role] = draw(fitting, self._sampling[role], action_mask(role), self._rng)
                return struck[role]
            if role not in struck:
                return NOTHING  # it plays from memory
            drafts = np.flatnonzero(struck[role] >= FIRST_PITCH)
            found = np.full(len(struck[role]), NOTHING)
            if len(drafts):
                known = logits(drafts)
                if part == SHAPE:
                    actions = struck[role][drafts]
                    # Of each pitch class above the lowest note, how well it fits.
                    above = (actions[:, None] - FIRST_PITCH + LOWEST + np.arange(12)) % 12
                    fitting = harmony[above] @ self._shares.T + pull[above] @ self._present.T
                    known = follow(known, fitting, self._chords)
                    allowed: Mask | None = self._shape_mask(actions, cadence is not None)
                else:
                    allowed = self._manners[role]
                found[drafts] = draw(known, self._sampling[role], allowed, self._rng)
            return found

        return decide

    def _drums(self, slot: int, logits: Logits, cadence: frozenset[Role] | None) -> Choice | int:
        if Role.DRUMS not in self._sheet.programs or (cadence is not None and Role.DRUMS not in cadence):
            return 0
        # The kick is the first voice of the first slot; the last stroke has one.
        kicks = np.arange(DRUM_TOKENS) % (N_LEVELS + 1) > 1 if cadence is not None and slot == 0 else None
        return draw(logits(), self._sampling[Role.DRUMS], kicks, self._rng)

    def _action_mask(self, held: npt.NDArray[np.int64]) -> Mask:
        allowed = np.ones((len(held), ACTION_TOKENS), bool)
        allowed[:, HOLD] = (held > 0) & (held < self._longest_hold)
        return allowed

    def _shape_mask(self, actions: Choice, cadence: bool) -> Mask:
        lowest = actions[:, None] - FIRST_PITCH + LOWEST
        allowed: Mask = np.asarray(lowest + self._widest <= _HIGHEST_SOUND)
        if cadence:
            above = (np.array(self._triad) - lowest) % 12
            outside = (1 << 12) - 1 - (1 << above).sum(axis=1)
            allowed = allowed & (self._chord_tones & outside[:, None] == 0)
        return allowed
