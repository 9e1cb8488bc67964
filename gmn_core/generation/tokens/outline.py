"""The outline: how a piece is built, apart from its notes; the plan that the network plays to.

It says which chords and pitch classes a passage has, how busy each role is in each bar, and how much of the
bar repeats the bars one, two, four and eight bars earlier, separately for the accompaniment and the tune. The
sheet says how a piece sounds; the outline, how it is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.tokens.chords import Chords, find_chords
from gmn_core.generation.tokens.encoding import (
    FIRST_PITCH,
    LOWEST,
    MANNER,
    SHAPE,
    Shapes,
    Tokens,
    role_slots,
)
from gmn_core.generation.tokens.sheet import N_LEVELS, Sheet

RETURN_BARS = (1, 2, 4, 8)
LAYERS: tuple[tuple[Role, ...], ...] = (
    (Role.DRUMS, Role.BASS, Role.CHORDS, Role.PAD),
    (Role.LEAD, Role.SECOND),
)
UNKNOWN = 0  # of a return: there is no earlier bar, or neither bar has a stroke
LITTLE = 1  # the lowest level of a return
_RETURN_BOUNDS = (0.25, 0.6, 0.9)  # shares of strokes; between them lie four levels
N_RETURNS = 1 + len(_RETURN_BOUNDS) + 1
RESTS, HOLDS = 1, 2
_BUSY_BOUNDS = (0.25, 1.1, 2.2)  # strokes per beat; above each a role is busier than one that holds
N_ACTIVITIES = HOLDS + len(_BUSY_BOUNDS) + 1
SECTION_BARS = 16  # about 30 s: the passage whose pitch classes the network gets

Counts = npt.NDArray[np.uint8]
Returns = npt.NDArray[np.uint8]
Activity = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Outline:
    """How a piece, or a passage of one, is built.

    Parameters
    ----------
    pitch_classes : ndarray of uint8, shape (n_bars, 12)
        How many notes of each pitch class each bar strikes, up from the tonic.
    returns : ndarray of uint8, shape (n_bars, len(`LAYERS`), len(`RETURN_BARS`))
        How much of each layer's bar is as it was some bars before: 1 (little)
        to 4 (nearly all), or `UNKNOWN`.
    activity : ndarray of uint8, shape (n_bars, n_roles)
        What each role does in each bar: `RESTS`, `HOLDS` (or strikes once in
        four beats), 3 (up to about once a beat), 4 (twice) or 5 (more).
    chords : ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
        The chord plan: number and bass note of each half bar's chord, up from
        the tonic, as `gmn_core.generation.tokens.chords.write_chord` gives
        them; 0 where it is left to the network.
    """

    pitch_classes: Counts
    returns: Returns
    activity: Activity
    chords: Chords

    @property
    def n_bars(self) -> int:
        """Number of bars."""
        return len(self.returns)

    def profile(self, first_bar: int, last_bar: int) -> npt.NDArray[np.float32]:
        """Return the share of each pitch class among the notes of some bars, shape (12,)."""
        return pitch_class_shares(self.pitch_classes[max(first_bar, 0) : last_bar])

    def passage(self, first_bar: int, n_bars: int, n_heard: int = 0) -> Outline:
        """Return the outline of a passage as known after hearing only some bars before it.

        Parameters
        ----------
        first_bar, n_bars : int
            Where the passage starts and how long it is; it ends with the piece.
        n_heard : int
            Bars before it that are known; returns from earlier ones are
            unknown.
        """
        returns = self.returns[first_bar : first_bar + n_bars]
        heard = n_heard + np.arange(len(returns))[:, None, None] >= np.array(RETURN_BARS)
        return Outline(
            self.pitch_classes[first_bar : first_bar + n_bars],
            np.where(heard, returns, UNKNOWN).astype(np.uint8),
            self.activity[first_bar : first_bar + n_bars],
            self.chords[first_bar : first_bar + n_bars],
        )

    def at(self, bars: npt.NDArray[np.intp]) -> Outline:
        """Return the outline of some bars in a given order."""
        return Outline(self.pitch_classes[bars], self.returns[bars], self.activity[bars], self.chords[bars])


OUTLINE_ARRAYS = tuple(field.name for field in fields(Outline))


def end_to_end(outlines: Sequence[Outline]) -> dict[str, npt.NDArray[np.uint8]]:
    """Return the arrays of many outlines, joined, for a file."""
    return {name: np.concatenate([getattr(own, name) for own in outlines]) for name in OUTLINE_ARRAYS}


def apart(arrays: Mapping[str, npt.NDArray[np.uint8]], n_bars: npt.NDArray[np.int64]) -> list[Outline]:
    """Return the outlines that `end_to_end` joined, given the number of bars of each."""
    parts = [np.split(arrays[name], np.cumsum(n_bars)[:-1]) for name in OUTLINE_ARRAYS]
    return [Outline(*own) for own in zip(*parts, strict=True)]


def find_outline(tokens: Tokens, sheet: Sheet, shapes: Shapes) -> Outline:
    """Find how a piece is built.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        The piece, in whole bars.
    sheet : Sheet
        Gives the metre and the grid.
    shapes : Shapes
        The vocabulary of chord shapes.
    """
    bars = tokens.reshape(-1, sheet.steps_per_bar, tokens.shape[1])
    return Outline(
        count_pitch_classes(tokens, sheet, shapes),
        find_returns(tokens, sheet.steps_per_bar),
        _activity(bars, sheet),
        find_chords(tokens, sheet, shapes),
    )


def departures(tokens: Tokens, sheet: Sheet, outline: Outline, bar: int) -> npt.NDArray[np.float64]:
    """Return how far the last bar of each of some drafts departs from an outline.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_drafts, n_steps, n_slots)
        The drafts' last bars: as many as returns reach back, or the piece so far.
    sheet : Sheet
        Gives the metre and the grid.
    outline : Outline
        The plan.
    bar : int
        The last bar's index in the outline.

    Returns
    -------
    ndarray of float64, shape (n_drafts,)
        Levels by which the roles' activity differs, plus one for each role that
        wrongly rests or plays, plus half the levels by which returns differ.
    """
    bars = tokens.reshape(len(tokens), -1, sheet.steps_per_bar, tokens.shape[2])
    played, wanted = _activity(bars[:, -1], sheet).astype(int), outline.activity[bar].astype(int)
    rests_or_not = (played == RESTS) != (wanted == RESTS)
    found: npt.NDArray[np.float64] = np.sum(np.abs(played - wanted) + rests_or_not, axis=1, dtype=float)
    for row, layer in enumerate(LAYERS):
        for lag, apart in enumerate(RETURN_BARS):
            promised = int(outline.returns[bar, row, lag])
            if promised == UNKNOWN or apart >= bars.shape[1]:
                continue
            heard = _return_levels(bars[:, -1], bars[:, -1 - apart], layer).astype(int)
            found += np.where(heard == UNKNOWN, 0, np.abs(heard - promised)) / 2
    return found


def pitch_class_shares(counts: Counts) -> npt.NDArray[np.float32]:
    """Return the share of each pitch class, shape (12,), given the counts of some bars."""
    total = counts.sum(axis=0, dtype=np.float32)
    shares: npt.NDArray[np.float32] = total / max(total.sum(), np.float32(1))
    return shares


def count_pitch_classes(tokens: Tokens, sheet: Sheet, shapes: Shapes) -> Counts:
    """Count the struck notes of each pitch class in each bar, shape (n_bars, 12); see `find_outline`."""
    bars = tokens.reshape(-1, sheet.steps_per_bar, tokens.shape[1])
    tones = shapes.tones.copy()
    tones[:, 0] += 1  # the lowest note
    counts = np.zeros((len(bars), 12), np.int64)
    for role in PITCHED_ROLES:
        action = role_slots(role)[0]
        bar, step = np.nonzero(bars[:, :, action] >= FIRST_PITCH)
        lowest = bars[bar, step, action].astype(np.int64) - FIRST_PITCH + LOWEST
        above = (np.arange(12) - lowest[:, None]) % 12
        struck = np.take_along_axis(tones[bars[bar, step, action + SHAPE]], above, axis=1)
        np.add.at(counts, bar, struck)
    return np.minimum(counts, 255).astype(np.uint8)


def find_returns(tokens: Tokens, steps_per_bar: int) -> Returns:
    """Find how much of each bar is as it was some bars before; see `Outline.returns`."""
    bars = tokens.reshape(-1, steps_per_bar, tokens.shape[1])
    returns = np.zeros((len(bars), len(LAYERS), len(RETURN_BARS)), np.uint8)
    for row, layer in enumerate(LAYERS):
        for lag, apart in enumerate(RETURN_BARS):
            returns[apart:, row, lag] = _return_levels(bars[apart:], bars[: max(len(bars) - apart, 0)], layer)
    return returns


def _return_levels(later: Tokens, earlier: Tokens, layer: tuple[Role, ...]) -> Returns:
    """Return the level of each bar, by the share of strokes that are the same as in an earlier one."""
    strokes, same = np.zeros(len(later)), np.zeros(len(later))
    for role in layer:
        slots = list(role_slots(role))
        one, two = _without_gates(later[:, :, slots], role), _without_gates(earlier[:, :, slots], role)
        struck = _strikes(one, role) | _strikes(two, role)
        strokes += struck.sum(axis=1)
        same += (struck & (one == two).all(axis=2)).sum(axis=1)
    levels = 1 + np.searchsorted(_RETURN_BOUNDS, same / np.maximum(strokes, 1), side="right")
    return np.where(strokes > 0, levels, UNKNOWN).astype(np.uint8)


def _without_gates(tokens: Tokens, role: Role) -> Tokens:
    """Return a role's tokens without how long its notes sound: a bar is the same if only that is not."""
    if role is Role.DRUMS:
        return tokens
    known = tokens.copy()
    known[:, :, MANNER] %= N_LEVELS
    return known


def _activity(bars: Tokens, sheet: Sheet) -> Activity:
    activity = np.zeros((len(bars), len(Role)), np.uint8)
    for column, role in enumerate(Role):
        own = bars[:, :, list(role_slots(role))]
        strokes = _strikes(own, role).sum(axis=1)
        levels = HOLDS + np.searchsorted(_BUSY_BOUNDS, strokes / sheet.beats_per_bar)
        activity[:, column] = np.where((own != 0).any(axis=(1, 2)), levels, RESTS)
    return activity


def _strikes(tokens: Tokens, role: Role) -> npt.NDArray[np.bool_]:
    if role is Role.DRUMS:
        return np.asarray((tokens != 0).any(axis=2))
    return np.asarray(tokens[:, :, 0] >= FIRST_PITCH)
