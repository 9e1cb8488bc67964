"""Changing a piece: which bars of which roles are made anew, and how the new notes join those that stay.

Every change comes down to a table of bars and roles. What is free in it is composed; the network reads all
the rest as it stands, and in the end each note that stays is the very note that was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import ROLES, TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.playing.form import Memory
from gmn_core.generation.request import Change, GenerationError
from gmn_core.generation.tokens.encoding import Tokens, role_slots
from gmn_core.generation.tokens.outline import LAYERS, RETURN_BARS, UNKNOWN, Outline
from gmn_core.generation.tokens.sheet import Sheet

_BLOCK = 2  # bars that a variation takes together

Free = npt.NDArray[np.bool_]
"""Which bars of which roles are made anew; shape (n_bars + 1, n_roles), the last stroke a bar of its own."""


@dataclass(frozen=True, eq=False)
class Kept:
    """What stays of a piece.

    Parameters
    ----------
    tokens : ndarray of int16, shape (n_steps, n_slots)
        The piece as it was, up to and including its last stroke.
    free : ndarray of bool, shape (n_bars + 1, n_roles)
        What of it is made anew.
    before : Band
        The piece as it was.
    """

    tokens: Tokens
    free: Free
    before: Band

    def roles(self, bar: int) -> list[Role]:
        """Return the roles that play a bar as they did."""
        return [role for role, free in zip(ROLES, self.free[bar], strict=True) if not free]


def count_bars(band: Band) -> int:
    """Return the number of bars; a last stroke on a bar line ends the last one and begins none."""
    last = max((note.onset for _, note in band.played()), default=0)
    step = round(last * band.steps_per_beat / TICKS_PER_BEAT)  # by the grid: players may be a little early
    return max(-(-step // (band.beats_per_bar * band.steps_per_beat)), 1)


def draw_free(
    change: Change,
    before: Band,
    programs: Mapping[Role, int],
    n_before: int,
    n_bars: int,
    rng: np.random.Generator,
) -> Free:
    """Decide what is made anew.

    Parameters
    ----------
    change : Change
        What is asked for.
    before : Band
        The piece as it was.
    programs : mapping of Role to int
        Who plays from now on.
    n_before, n_bars : int
        Bars of the piece as it was, and as it will be.
    rng : numpy Generator
        Chooses what a variation takes.

    Raises
    ------
    GenerationError
        If the bars are not there, or a locked role is not.
    """
    if missing := [role for role in ROLES if role in change.lock and role not in before.notes]:
        raise GenerationError(f"The piece has no {missing[0].display_name.lower()} that could be kept.")
    known = min(n_before, n_bars)
    free = np.ones((n_bars + 1, len(ROLES)), bool)
    if change.bars is not None:
        first, last = change.bars
        if last > n_bars:
            raise GenerationError(f"The piece has {n_bars} bars; bars {first} to {last} are not among them.")
        free[: first - 1] = free[last:] = False
    elif change.seconds is not None:
        free[:known] = False
    end = n_bars + 1 if n_bars == n_before else known
    for column, role in enumerate(ROLES):
        if role in change.lock:
            free[:end, column] = False
        elif role in programs and role not in before.notes and change.bars is None:
            free[:, column] = True
        if role not in programs:
            free[:, column] = False
    if change.share < 1:
        free = _partly(free, change.share, known, rng)
    if n_bars != n_before:
        free[-1] = [role in programs for role in ROLES]
    return free


def _partly(free: Free, share: float, known: int, rng: np.random.Generator) -> Free:
    """Return a share of what is free, at least one passage; all that is beyond the known bars."""
    first, columns = np.nonzero(free[:known])
    if not len(first):
        return free
    blocks = rng.random((-(-len(free) // _BLOCK), free.shape[1])) < share
    one = int(rng.integers(len(first)))
    blocks[first[one] // _BLOCK, columns[one]] = True
    chosen: Free = blocks.repeat(_BLOCK, axis=0)[: len(free)]
    chosen[known + 1 :] = True
    return free & chosen


def keep(tokens: Tokens, free: Free, before: Band, sheet: Sheet, n_before: int) -> Kept:
    """Return what stays of a piece of ``n_before`` bars; what it does not reach is silent there."""
    n_bars = len(free) - 1
    kept = np.zeros((n_bars * sheet.steps_per_bar + 1, tokens.shape[1]), np.int16)
    known = min(n_before, n_bars) * sheet.steps_per_bar
    end = known + 1 if n_bars == n_before else known
    kept[:end] = tokens[:end]
    for role in ROLES:
        if role not in sheet.programs:
            kept[:, list(role_slots(role))] = 0
    return Kept(kept, free, before)


def forget_kept(outline: Outline, memory: Memory, free: Free) -> tuple[Outline, Memory]:
    """Let nothing new be what stays elsewhere: what returns does so among the bars that are made anew."""
    n_bars = len(free) - 1
    returns, memory = outline.returns.copy(), memory.copy()
    bars = np.arange(n_bars)
    for row, layer in enumerate(LAYERS):
        columns = [ROLES.index(role) for role in layer]
        anew: npt.NDArray[np.bool_] = np.asarray(free[:n_bars, columns].any(axis=1))
        for lag, apart in enumerate(RETURN_BARS):
            source = anew[np.maximum(bars - apart, 0)]
            returns[anew & ~source, row, lag] = UNKNOWN
        memory[:, row] *= anew & anew[np.maximum(bars - memory[:, row], 0)]
    return replace(outline, returns=returns), memory


def join(new: Band, kept: Kept, sheet: Sheet) -> dict[Role, tuple[Note, ...]]:
    """Return the notes of each role: those that stay, untouched, and between them the new ones.

    A new note that would cross one of the same pitch that stays gives way.
    """
    found: dict[Role, tuple[Note, ...]] = {}
    for column, role in enumerate(ROLES):
        if role not in sheet.programs:
            continue
        free = kept.free[:, column]

        def is_free(note: Note, free: npt.NDArray[np.bool_] = free) -> bool:
            return bool(free[_bar(note, sheet, len(free))])

        n_bars = len(free)
        stays = [
            _cut(note, new.length)
            for note in kept.before.notes.get(role, ())
            if _bar(note, sheet) < n_bars and not is_free(note)
        ]
        comes = [note for note in new.notes.get(role, ()) if is_free(note)]
        own = tuple(sorted([*stays, *_giving_way(comes, stays)]))
        if own:
            found[role] = own
    return found


def _bar(note: Note, sheet: Sheet, n_bars: int | None = None) -> int:
    """Return the bar that a note is struck in, by the grid: players may be a little early."""
    bar = round(note.onset / sheet.ticks_per_step) // sheet.steps_per_bar
    return bar if n_bars is None else min(bar, n_bars - 1)


def _cut(note: Note, length: int) -> Note:
    if note.onset + note.duration <= length:
        return note
    return Note(note.onset, note.pitch, max(length - note.onset, 1), note.velocity)


def _giving_way(comes: list[Note], stays: list[Note]) -> list[Note]:
    """Return new notes that end before one of the same pitch that stays, without those inside one."""
    by_pitch: dict[int, list[Note]] = {}
    for note in stays:
        by_pitch.setdefault(note.pitch, []).append(note)
    found = []
    for note in comes:
        others = by_pitch.get(note.pitch, [])
        if any(other.onset <= note.onset < other.onset + other.duration for other in others):
            continue
        following = min((other.onset for other in others if other.onset > note.onset), default=None)
        if following is not None and note.onset + note.duration > following:
            note = Note(note.onset, note.pitch, following - note.onset, note.velocity)
        found.append(note)
    return found
