"""Wishes: the chords, the key and the players that a request asks for, fitted into what the genre has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, TICKS_PER_BEAT, Marks, Role
from gmn_core.generation.playing.decisions import NO_CHORD, OnChord
from gmn_core.generation.playing.form import Memory
from gmn_core.generation.request import GenerationRequest, Player
from gmn_core.generation.tokens.chords import (
    CHORDS_PER_BAR,
    Chords,
    find_chords,
    read_chord,
    unknown_chords,
    write_chord,
)
from gmn_core.generation.tokens.encoding import Shapes, Tokens
from gmn_core.generation.tokens.progression import (
    ChordTones,
    Progression,
    Symbol,
    read_key,
    read_progression,
)
from gmn_core.generation.tokens.sheet import Sheet

_PULL = 2.0  # nats by which the notes outside a given chord are less probable
_STRETCH = 0.12  # by how much a tempo that nobody asked for gives way, so that a piece ends with its chords
_Shares = npt.NDArray[np.float64]
_USUAL_LEVELS, _USUAL_GATES, _USUAL_LOOSENESS = (72, 92, 110), (0.25, 0.55, 0.9, 0.0), 5.0


@dataclass(frozen=True)
class Wishes:
    """What a request asks for, as far as it is not left to the genre."""

    progression: Progression | None
    tonic: int | None
    minor: bool | None
    players: tuple[Player, ...]

    @property
    def off(self) -> frozenset[Role]:
        """Roles that are to be silent."""
        return frozenset(player.role for player in self.players if not player.plays)

    @property
    def on(self) -> frozenset[Role]:
        """Roles that are to play."""
        return frozenset(player.role for player in self.players if player.plays)


def wishes_of(request: GenerationRequest) -> Wishes:
    """Read what a request asks for.

    Raises
    ------
    GenerationError
        If its key or its chords cannot be read.
    """
    key = read_key(request.key) if request.key else None
    progression = read_progression(request.chords, key) if request.chords else None
    if progression is not None:
        return Wishes(progression, progression.tonic, progression.minor, request.players)
    tonic, minor = key or (None, None)
    return Wishes(None, tonic, minor, request.players)


def suited(shares: _Shares, sheets: Sequence[Sheet], wishes: Wishes) -> _Shares:
    """Return how probable each sheet is, those left out that suit the wishes less than the best do."""
    likeness = np.array(
        [
            sum(role in own.programs for role in wishes.on) * 4
            + (wishes.minor is None or own.minor == wishes.minor) * 2
            + (wishes.progression is None or own.beats_per_bar == 4)
            for own in sheets
        ]
    )
    likeness = np.where(shares > 0, likeness, -1)
    chosen = shares * (likeness == likeness.max())
    probable: _Shares = chosen / chosen.sum()
    return probable


def with_players(
    sheet: Sheet, programs: Mapping[Role, int], players: Iterable[Player], others: Sequence[Sheet]
) -> Sheet:
    """Return a sheet that is played by other players.

    Parameters
    ----------
    sheet : Sheet
        As drawn.
    programs : mapping of Role to int
        Who would play it.
    players : iterable of Player
        Who is asked for.
    others : sequence of Sheet
        Sheets of the genre: a player that the sheet lacks is as in the first
        of them that has one.
    """
    chosen = dict(programs)
    levels, gates, looseness = dict(sheet.levels), dict(sheet.gates), dict(sheet.looseness)
    for player in players:
        role = player.role
        if not player.plays:
            chosen.pop(role, None)
            continue
        model = next((own for own in (sheet, *others) if role in own.programs), None)
        usual = model.programs[role] if model else 0
        chosen[role] = chosen.get(role, usual) if player.program is None else player.program
        if role not in looseness:
            looseness[role] = model.looseness.get(role, _USUAL_LOOSENESS) if model else _USUAL_LOOSENESS
        if role in PITCHED_ROLES and role not in levels:
            levels[role] = model.levels.get(role, _USUAL_LEVELS) if model else _USUAL_LEVELS
            gates[role] = model.gates.get(role, _USUAL_GATES) if model else _USUAL_GATES
    ordered = {role: chosen[role] for role in Role if role in chosen}
    return replace(sheet, programs=ordered, levels=levels, gates=gates, looseness=looseness)


def whole_rounds(sheet: Sheet, seconds: float, ring: float, n_round: int) -> Sheet:
    """Return a sheet whose tempo lets a piece end with its chords, where that is near enough."""
    n_bars = (seconds - ring) / sheet.bar_seconds
    rounds = max(round(n_bars / n_round), 1)
    tempo = sheet.tempo * rounds * n_round / n_bars * (1 + 1e-9)
    return replace(sheet, tempo=tempo) if abs(tempo / sheet.tempo - 1) <= _STRETCH else sheet


def same_chords(chords: npt.NDArray[np.generic], back: Memory) -> Memory:
    """Say of each bar and layer whether the bar so many bars before has the same chords, 1 or 0.

    Parameters
    ----------
    chords : ndarray, shape (n_bars, …)
        What tells a bar's chords from another's, such as their tones or numbers.
    back : ndarray of int64, shape (n_bars, n_layers)
        How many bars before.
    """
    earlier = np.maximum(np.arange(len(back))[:, None] - back, 0)
    same = chords[earlier] == chords[:, None]
    found: Memory = same.all(axis=tuple(range(2, same.ndim))).astype(np.int64)
    return found


def chord_plan(symbols: Sequence[Sequence[Symbol]]) -> Chords:
    """Return the plan that the network knows of chords given by beat: one of each half bar."""
    plan = unknown_chords(len(symbols))
    for bar, own in enumerate(symbols):
        for half in range(CHORDS_PER_BAR):
            plan[bar, half] = write_chord(own[half * len(own) // CHORDS_PER_BAR].chord)
    return plan


def steps_on_chord(tones: ChordTones, steps_per_beat: int) -> list[list[OnChord]]:
    """Return how each step of each bar keeps to the chords."""
    found: list[list[OnChord]] = []
    before: npt.NDArray[np.bool_] | None = None
    for bar in tones:
        steps = []
        for own in bar:
            begins = before is not None and not np.array_equal(own, before)
            pull = np.where(own, 0, -_PULL).astype(np.float32) if own.any() else NO_CHORD.pull
            steps += [OnChord(pull, begins and step == 0) for step in range(steps_per_beat)]
            before = own
        found.append(steps)
    return found


def chord_marks(symbols: Sequence[Sequence[Symbol]], sheet: Sheet) -> Marks:
    """Return when each chord begins, in ticks, and its name."""
    marks: list[tuple[int, str]] = []
    for bar, own in enumerate(symbols):
        for beat, symbol in enumerate(own):
            name = symbol.name(sheet.tonic, minor=sheet.minor)
            if not marks or name != marks[-1][1]:
                marks.append(((bar * sheet.beats_per_bar + beat) * TICKS_PER_BEAT, name))
    return tuple(marks)


def heard_marks(tokens: Tokens, sheet: Sheet, shapes: Shapes) -> Marks:
    """Return when each chord begins, in ticks, and its name, as heard in the notes."""
    half = sheet.beats_per_bar * TICKS_PER_BEAT // CHORDS_PER_BAR
    marks: list[tuple[int, str]] = []
    whole = tokens[: len(tokens) // sheet.steps_per_bar * sheet.steps_per_bar]
    for index, row in enumerate(find_chords(whole, sheet, shapes).reshape(-1, 2)):
        chord = read_chord(row)
        name = chord._replace(bass=chord.root).name(sheet.tonic, minor=sheet.minor) if chord else ""
        if name and (not marks or marks[-1][1] != name):
            marks.append((index * half, name))
    return tuple(marks)


def going_round(marks: Marks, n_before: int, n_bars: int, bar_ticks: int) -> Marks:
    """Return the marks of a piece that is lengthened, from its beginning again, or cut."""
    found: list[tuple[int, str]] = []
    for start in range(0, n_bars, n_before):
        for tick, name in marks:
            at = tick + start * bar_ticks
            if tick < n_before * bar_ticks and at < n_bars * bar_ticks:
                found.append((at, name))
    return tuple(found)


def inserted(marks: Marks, new: Marks, first_bar: int, end_bar: int, bar_ticks: int) -> Marks:
    """Return marks with others in place of those of some bars; after them goes on what sounded there."""
    start, end = first_bar * bar_ticks, end_bar * bar_ticks
    before, after = [mark for mark in marks if mark[0] < start], [mark for mark in marks if mark[0] >= end]
    goes_on = [mark for mark in marks if mark[0] < end]
    if goes_on and not (after and after[0][0] == end):
        after.insert(0, (end, goes_on[-1][1]))
    return (*before, *((tick + start, name) for tick, name in new), *after)


def marked_symbols(marks: Marks, key: tuple[int, bool], n_bars: int, n_beats: int) -> list[list[Symbol]]:
    """Return the chord of each beat of a piece with marks; empty where there are none."""
    starts = [tick for tick, _ in marks]
    read = [read_progression(name, key).bars[0][0] for _, name in marks]
    if not read:
        return []

    def at(beat: int) -> Symbol:
        return read[max(bisect_right(starts, beat * TICKS_PER_BEAT) - 1, 0)]

    return [[at(bar * n_beats + beat) for beat in range(n_beats)] for bar in range(n_bars)]
