"""The notes of a band as one row of tokens for each grid step, and back.

A row has `N_SLOTS` tokens. The drums have four slots of three voices each; a token holds how hard each
of the three is struck (not at all, soft, normal, accented), as a number in base four. Each pitched role
has three slots: what it does (rest, hold, or strike a lowest note, in the key of C), the shape of what it
strikes (the intervals above the lowest note, from a vocabulary of the commonest) and the manner: how hard,
and whether the notes are short, detached, full or ring on. The last two mean nothing unless the role
strikes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Band, Note, Role, until_struck_again
from gmn_core.generation.music.drumkit import N_VOICES, voice_of
from gmn_core.generation.music.midi import ONSET, PITCH, VELOCITY
from gmn_core.generation.tokens.sheet import (
    N_GATES,
    N_LEVELS,
    Rows,
    Sheet,
    find_gates,
    find_levels,
    grid_lengths,
    rows_of,
    sounding_parts,
    write_sheet,
)

Tokens = npt.NDArray[np.int16]
Shape = tuple[int, ...]

VOICES_PER_SLOT = 3
N_DRUM_SLOTS = N_VOICES // VOICES_PER_SLOT
DRUM_TOKENS = (N_LEVELS + 1) ** VOICES_PER_SLOT
_VOICE_WEIGHTS = (N_LEVELS + 1) ** np.arange(VOICES_PER_SLOT)  # of each voice in the token of its slot
REST, HOLD, FIRST_PITCH = 0, 1, 2
LOWEST, HIGHEST = 21, 108  # the piano's range
ACTION_TOKENS = FIRST_PITCH + HIGHEST - LOWEST + 1
N_SHAPES = 320
N_MANNERS = N_LEVELS * N_GATES
WIDEST = 36  # semitones that a shape spans
ACTION, SHAPE, MANNER = range(3)
SLOTS_PER_ROLE = 3
N_SLOTS = N_DRUM_SLOTS + SLOTS_PER_ROLE * len(PITCHED_ROLES)


def slot_sizes(n_shapes: int = N_SHAPES) -> tuple[int, ...]:
    """Return the number of tokens of each slot."""
    return (DRUM_TOKENS,) * N_DRUM_SLOTS + (ACTION_TOKENS, n_shapes, N_MANNERS) * len(PITCHED_ROLES)


def role_slots(role: Role) -> range:
    """Return the slots of a role."""
    if role is Role.DRUMS:
        return range(N_DRUM_SLOTS)
    first = N_DRUM_SLOTS + SLOTS_PER_ROLE * PITCHED_ROLES.index(role)
    return range(first, first + SLOTS_PER_ROLE)


ACTION_SLOTS: tuple[int, ...] = tuple(role_slots(role)[ACTION] for role in PITCHED_ROLES)


def meaningful(tokens: Tokens) -> npt.NDArray[np.bool_]:
    """Return which tokens mean something: shapes and manners only where their role strikes."""
    mask = np.ones(tokens.shape, bool)
    for slot in ACTION_SLOTS:
        strikes = tokens[..., slot] >= FIRST_PITCH
        mask[..., slot + SHAPE] = strikes
        mask[..., slot + MANNER] = strikes
    return mask


def manner(level: int, gate: int) -> int:
    """Return the token of a stroke's manner: how hard it is (`Sheet.levels`) and how long (`Sheet.gates`)."""
    return gate * N_LEVELS + level


@dataclass(frozen=True)
class Shapes:
    """The vocabulary of chord shapes.

    Parameters
    ----------
    intervals : sequence of tuple of int
        Semitones above the lowest note, rising, of each shape; the first is
        the single note, ``()``.
    """

    intervals: Sequence[Shape]
    tones: npt.NDArray[np.int64] = field(init=False, repr=False, compare=False)
    """Of each shape, its notes by pitch class above the lowest note, that one left out; shape (n, 12)."""
    _known: dict[Shape, int] = field(init=False, repr=False, compare=False)
    _masks: npt.NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {shape: index for index, shape in enumerate(self.intervals)}
        if known.get((), -1) != 0:
            raise ValueError("the first shape must be the single note")
        tones = np.zeros((len(self.intervals), 12), np.int64)
        for index, shape in enumerate(self.intervals):
            for interval in shape:
                tones[index, interval % 12] += 1
        object.__setattr__(self, "tones", tones)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_masks", np.stack([_as_mask(shape) for shape in self.intervals]))

    def nearest(self, shape: Shape) -> int:
        """Return the index of a shape, or of the one that differs from it in the fewest notes.

        Among shapes that differ in equally many notes, the nearer one shares
        more pitch classes.
        """
        if shape not in self._known:
            mask = _as_mask(shape)
            notes = (self._masks != mask).sum(axis=1)
            classes = (_pitch_classes(self._masks) != _pitch_classes(mask[None])).sum(axis=1)
            self._known[shape] = int(np.argmin(notes + 1.5 * classes))
        return self._known[shape]


def _as_mask(shape: Shape) -> npt.NDArray[np.bool_]:
    mask = np.zeros(WIDEST + 1, bool)
    mask[list(shape)] = True
    return mask


def _pitch_classes(masks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    padded = np.pad(masks, ((0, 0), (0, -masks.shape[1] % 12)))
    classes: npt.NDArray[np.bool_] = np.any(padded.reshape(len(masks), -1, 12), axis=1)
    return classes


def encode(band: Band, shapes: Shapes) -> tuple[Sheet, Tokens]:
    """Write a band as a sheet and tokens.

    Parameters
    ----------
    band : Band
        The piece.
    shapes : Shapes
        The vocabulary of chord shapes.

    Returns
    -------
    sheet : Sheet
        What stays the same through the piece.
    tokens : ndarray of int16, shape (n_steps, `N_SLOTS`)
        Whole bars, from the start of the piece to its last note.
    """
    sheet = write_sheet(band)
    last = max((int(_steps(rows_of(band, role), sheet).max(initial=0)) for role in band.roles), default=0)
    n_steps = (last // sheet.steps_per_bar + 1) * sheet.steps_per_bar
    tokens = np.zeros((n_steps, N_SLOTS), np.int16)
    if Role.DRUMS in band.notes:
        _encode_drums(tokens, rows_of(band, Role.DRUMS), sheet)
    for role in PITCHED_ROLES:
        if role in band.notes:
            _encode_role(tokens, role, rows_of(band, role), sheet, shapes)
    return sheet, tokens


def _steps(rows: Rows, sheet: Sheet) -> Rows:
    return np.rint(rows[:, ONSET] / sheet.ticks_per_step).astype(np.int64)


def shapes_of(band: Band) -> Iterable[Shape]:
    """Yield the chord shape of every stroke of a band."""
    sheet = write_sheet(band)
    for role in PITCHED_ROLES:
        rows = rows_of(band, role)
        yield from (shape for _, _, shape in _strokes(rows, _steps(rows, sheet)))


def _encode_drums(tokens: Tokens, rows: Rows, sheet: Sheet) -> None:
    voices, steps = voice_of(rows[:, PITCH]), _steps(rows, sheet)
    struck = np.zeros((len(tokens), N_VOICES), np.int16)
    for voice in range(N_VOICES):
        own = voices == voice
        np.maximum.at(struck[:, voice], steps[own], 1 + find_levels(rows[own, VELOCITY]).astype(np.int16))
    tokens[:, :N_DRUM_SLOTS] = struck.reshape(len(tokens), N_DRUM_SLOTS, VOICES_PER_SLOT) @ _VOICE_WEIGHTS


def drum_levels(tokens: Tokens) -> npt.NDArray[np.int64]:
    """Return how hard each voice of the drum kit is struck: 0 not at all, else one more than its level.

    Parameters
    ----------
    tokens : ndarray of int, shape (..., n_slots)
        Steps of one piece, or of several.

    Returns
    -------
    ndarray of int64, shape (..., `N_VOICES`)
    """
    struck = tokens[..., :N_DRUM_SLOTS, None] // _VOICE_WEIGHTS % (N_LEVELS + 1)
    return struck.reshape(*tokens.shape[:-1], N_VOICES)


def _strokes(rows: Rows, steps: Rows) -> Iterable[tuple[int, list[int], Shape]]:
    """Yield the strokes of a role: step, indices of the notes in ``rows`` (lowest first) and shape."""
    order = np.lexsort((rows[:, PITCH], steps))
    # Plain lists: a piece has thousands of strokes of one or two notes, too small for arrays.
    times, pitches, members = steps[order].tolist(), rows[order, PITCH].tolist(), order.tolist()
    first = 0
    while first < len(times):
        last = first + 1
        while last < len(times) and times[last] == times[first]:
            last += 1
        above = dict.fromkeys(pitch - pitches[first] for pitch in pitches[first + 1 : last])
        yield times[first], members[first:last], tuple(each for each in above if 0 < each <= WIDEST)
        first = last


def _encode_role(tokens: Tokens, role: Role, rows: Rows, sheet: Sheet, shapes: Shapes) -> None:
    levels = find_levels(rows[:, VELOCITY]).tolist()
    gates = find_gates(sounding_parts(rows, sheet.ticks_per_step)).tolist()
    lengths = grid_lengths(rows, sheet.ticks_per_step).tolist()
    pitches = rows[:, PITCH].tolist()
    action = role_slots(role)[ACTION]
    for step, members, shape in _strokes(rows, _steps(rows, sheet)):
        pitch = _within_range(pitches[members[0]] + sheet.shift)
        middle = sorted(members, key=lengths.__getitem__)[len(members) // 2]
        until = step + lengths[middle]
        # A later stroke overwrites one that it cuts short; strokes come in order.
        tokens[step + 1 : until, action] = HOLD
        level = round(sum(levels[index] for index in members) / len(members))
        tokens[step, action : action + SLOTS_PER_ROLE] = (
            FIRST_PITCH + pitch - LOWEST,
            shapes.nearest(shape),
            manner(level, gates[middle]),
        )


def _within_range(pitch: int) -> int:
    while pitch < LOWEST:
        pitch += 12
    while pitch > HIGHEST:
        pitch -= 12
    return pitch


def decode(sheet: Sheet, tokens: Tokens, shapes: Shapes, seed: int = 0) -> Band:
    """Play tokens as a band.

    Parameters
    ----------
    sheet : Sheet
        What stays the same through the piece.
    tokens : ndarray of int, shape (n_steps, `N_SLOTS`)
        The notes, in whole bars.
    shapes : Shapes
        The vocabulary of chord shapes.
    seed : int
        Seed of the players' looseness in time.

    Returns
    -------
    Band
        Its length is that of the tokens; a role that never plays is no part
        of it.
    """
    rng = np.random.default_rng(seed)
    notes = {}
    for role in sheet.programs:
        clock = _Clock(sheet, role, len(tokens), rng)
        if role is Role.DRUMS:
            played = tuple(sorted(_play_drums(role, tokens, sheet, clock)))
        else:
            played = until_struck_again(_play_role(role, tokens, sheet, shapes, clock))
        if played:
            notes[role] = played
    return Band(
        tempo=sheet.tempo,
        beats_per_bar=sheet.beats_per_bar,
        steps_per_beat=sheet.steps_per_beat,
        tonic=sheet.tonic,
        minor=sheet.minor,
        programs={role: sheet.programs[role] for role in notes},
        notes=notes,
        length=len(tokens) * sheet.ticks_per_step,
    )


class _Clock:
    """When a player strikes at each step, in ticks: on the grid, leaning as the piece does, loosely."""

    def __init__(self, sheet: Sheet, role: Role, n_steps: int, rng: np.random.Generator) -> None:
        steps = np.arange(n_steps)
        late = np.array(sheet.lean)[steps % sheet.steps_per_beat]
        late = late + rng.standard_normal(n_steps) * sheet.looseness.get(role, 0.0)
        most = 0.45 * sheet.ticks_per_step
        onsets = steps * sheet.ticks_per_step + np.clip(late, -most, most)
        self.onsets = np.maximum(np.rint(onsets), 0).astype(np.int64)
        self._step = sheet.ticks_per_step
        self._end = n_steps * sheet.ticks_per_step

    def duration(self, step: int, n_steps: int, part: float) -> int:
        """Return how long a note sounds that sounds for a part of some steps, in ticks."""
        length = round(n_steps * self._step * part)
        return max(1, min(length, self._end - int(self.onsets[step])))


def _play_drums(role: Role, tokens: Tokens, sheet: Sheet, clock: _Clock) -> Iterable[Note]:
    for slot in role_slots(role):
        for step in np.flatnonzero(tokens[:, slot]).tolist():
            token = int(tokens[step, slot])
            for index in range(VOICES_PER_SLOT):
                token, struck = divmod(token, N_LEVELS + 1)
                if struck:
                    voice = slot * VOICES_PER_SLOT + index
                    velocity = sheet.drum_levels[voice][struck - 1]
                    sound = sheet.kit[voice][step % sheet.steps_per_bar]
                    yield Note(int(clock.onsets[step]), sound, clock.duration(step, 1, sheet.hit), velocity)


def _play_role(role: Role, tokens: Tokens, sheet: Sheet, shapes: Shapes, clock: _Clock) -> Iterable[Note]:
    action, shape, how = role_slots(role)
    starts = np.flatnonzero(tokens[:, action] >= FIRST_PITCH)
    stops = np.append(np.flatnonzero(tokens[:, action] != HOLD), len(tokens))
    ends = stops[np.searchsorted(stops, starts, side="right")]
    for step, end in zip(starts.tolist(), ends.tolist(), strict=True):
        lowest = int(tokens[step, action]) - FIRST_PITCH + LOWEST - sheet.shift
        gate, level = divmod(int(tokens[step, how]), N_LEVELS)
        onset, velocity = int(clock.onsets[step]), sheet.levels[role][level]
        duration = clock.duration(step, end - step, sheet.gates[role][gate] or 1.0)
        for interval in (0, *shapes.intervals[int(tokens[step, shape])]):
            if 0 <= lowest + interval <= 127:
                yield Note(onset, lowest + interval, duration, velocity)
