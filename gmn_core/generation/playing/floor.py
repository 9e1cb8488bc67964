"""The floor: for how long a sample may go without a full band, and without its harmony moving.

A full band is drums, bass and one player more. Classical music and blues need none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import Role
from gmn_core.generation.tokens.chords import CHORDS_PER_BAR, Chords, chord_roots, find_chords
from gmn_core.generation.tokens.encoding import ACTION_SLOTS, N_DRUM_SLOTS, REST, Shapes, Tokens
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre

UNBANDED = frozenset({Genre.CLASSICAL, Genre.BLUES})
"""Genres in which a player or two may play alone."""

ANY = 10_000  # bars: no limit


@dataclass(frozen=True)
class Floor:
    """What nine in ten real excerpts of a genre do not exceed.

    Parameters
    ----------
    thin : int
        Bars in a row without a full band.
    still : int
        Bars in a row with one root.
    """

    thin: int = ANY
    still: int = ANY

    def complaint(self, tokens: Tokens, sheet: Sheet, shapes: Shapes) -> str | None:
        """Say what a piece has too much of, if anything.

        Parameters
        ----------
        tokens : ndarray of int, shape (n_steps, n_slots)
            Whole bars.
        sheet : Sheet
            Gives the metre and the grid.
        shapes : Shapes
            The vocabulary of chord shapes.
        """
        if (thin := longest_run(~full_bars(tokens, sheet.steps_per_bar))) > self.thin:
            return f"{thin} bars without a full band"
        if self.still < ANY and (still := still_bars(find_chords(tokens, sheet, shapes))) > self.still:
            return f"{still} bars on one chord"
        if (silent := int(np.sum(silent_bars(tokens, sheet.steps_per_bar)))) > 0:
            return f"{silent} silent bars"
        return None


def has_full_band(sheet: Sheet) -> bool:
    """Say whether drums, bass and one role more take part."""
    return {Role.DRUMS, Role.BASS} < set(sheet.programs)


def full_bars(tokens: Tokens, steps_per_bar: int) -> npt.NDArray[np.bool_]:
    """Say of each bar whether drums, bass and another role sound, shape (..., n_bars).

    Parameters
    ----------
    tokens : ndarray of int, shape (..., n_steps, n_slots)
        Whole bars.
    steps_per_bar : int
        Grid steps in a bar.
    """
    drums, others = _sounding_roles(tokens, steps_per_bar)
    return np.asarray(drums & others[..., 0] & others[..., 1:].any(axis=-1))


def silent_bars(tokens: Tokens, steps_per_bar: int) -> npt.NDArray[np.bool_]:
    """Say of each bar whether nothing sounds; see `full_bars`."""
    drums, others = _sounding_roles(tokens, steps_per_bar)
    return np.asarray(~(drums | others.any(axis=-1)))


def _sounding_roles(
    tokens: Tokens, steps_per_bar: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    bars = tokens.reshape(*tokens.shape[:-2], -1, steps_per_bar, tokens.shape[-1])
    drums = (bars[..., :N_DRUM_SLOTS] != 0).any(axis=(-2, -1))
    return np.asarray(drums), np.asarray((bars[..., list(ACTION_SLOTS)] != REST).any(axis=-2))


def still_bars(chords: Chords) -> int:
    """Return for how many bars, at most, the root of the chord stays the same.

    Parameters
    ----------
    chords : ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
        What is planned, or what `find_chords` finds in notes.
    """
    roots = chord_roots(chords).ravel()
    return (1 + longest_run(roots[1:] == roots[:-1])) // CHORDS_PER_BAR


def longest_run(flags: npt.NDArray[np.bool_]) -> int:
    """Return the length of the longest run of trues."""
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return int(np.max(bounds[1::2] - bounds[::2], initial=0))
