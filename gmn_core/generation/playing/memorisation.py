"""Memorisation: how many consecutive bars a piece shares with training pieces, in any transposition.

Bars are compared by what their pitched roles strike: when, which notes and, from bar to bar, the interval
between their first notes. A piece is compared voice by voice (each pitched role alone) and with all pitched
roles together. Bars with little in them are common property and end a run.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES
from gmn_core.generation.tokens.encoding import FIRST_PITCH, SHAPE, Tokens, role_slots

ALL_TOGETHER = "all together"
VOICES: tuple[str, ...] = (*(role.value for role in PITCHED_ROLES), ALL_TOGETHER)
EXCERPT_BARS = 16
"""Bars of the real excerpts on which is found how long a shared run is usual."""
TYPICAL_SHARE = 0.75
"""Of real excerpts share no longer run: stricter than the evaluation, which uses 0.9."""
LONGEST_RUN = 8
_FEWEST_STRIKES = 4  # a bar with fewer, or with fewer different ones, is common property
_FEWEST_DIFFERENT = 3

Hashes = npt.NDArray[np.uint64]
# Hashes of runs of one bar, of two bars and so on, each sorted.
KnownRuns = list[Hashes]


def run_hashes(tokens: Tokens, steps_per_bar: int, voice: str, longest: int = LONGEST_RUN) -> KnownRuns:
    """Hash every run of full bars of a voice; runs that sound alike in any key have the same hash.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        The piece, in whole bars.
    steps_per_bar : int
        Grid steps in a bar.
    voice : str
        One of `VOICES`.
    longest : int
        Bars of the longest runs.

    Returns
    -------
    list of ndarray of uint64
        For each length from one bar up the distinct hashes, sorted.
    """
    bars, anchors, full = _hash_bars(tokens, steps_per_bar, voice)
    lengths: KnownRuns = []
    for length in range(1, longest + 1):
        n_runs = max(len(bars) - length + 1, 0)
        total, whole = np.zeros(n_runs, np.uint64), np.ones(n_runs, bool)
        for offset in range(length):
            part = slice(offset, offset + n_runs)
            rise = (anchors[part] - anchors[:n_runs]).astype(np.uint64)
            total += _mix(bars[part] + _mix(rise + np.uint64(offset << 32)))
            whole &= full[part]
        lengths.append(np.unique(total[whole]))
    return lengths


def _hash_bars(
    tokens: Tokens, steps_per_bar: int, voice: str
) -> tuple[Hashes, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return each bar's hash, the pitch that it is relative to, and whether it counts."""
    n_bars = len(tokens) // steps_per_bar
    tokens = tokens[: n_bars * steps_per_bar].astype(np.int64)
    roles = [role for role in PITCHED_ROLES if voice in (role.value, ALL_TOGETHER)]
    steps, ranks, pitches, shapes = [], [], [], []
    for rank, role in enumerate(roles):
        action = role_slots(role)[0]
        struck = np.flatnonzero(tokens[:, action] >= FIRST_PITCH)
        steps.append(struck)
        ranks.append(np.full(len(struck), rank))
        pitches.append(tokens[struck, action])
        shapes.append(tokens[struck, action + SHAPE])
    step, pitch, shape = np.concatenate(steps), np.concatenate(pitches), np.concatenate(shapes)
    bar, role_rank = step // steps_per_bar, np.concatenate(ranks)
    order = np.lexsort((role_rank, step))
    first = order[np.unique(bar[order], return_index=True)[1]]
    anchors = np.zeros(n_bars, np.int64)
    anchors[bar[first]] = pitch[first]
    code = ((step % steps_per_bar) * 8 + role_rank) * 256 + pitch - anchors[bar] + 128
    hashes = np.zeros(n_bars, np.uint64)
    np.add.at(hashes, bar, _mix((code * 1024 + shape).astype(np.uint64)))
    strikes = np.bincount(bar, minlength=n_bars)
    different = np.unique((bar * 256 + pitch) * 1024 + shape) // (256 * 1024)
    full = (strikes >= _FEWEST_STRIKES) & (np.bincount(different, minlength=n_bars) >= _FEWEST_DIFFERENT)
    return hashes, anchors, full


def _mix(numbers: Hashes) -> Hashes:
    """Scramble 64-bit numbers (the finaliser of splitmix64, Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))


def learn_runs(pieces: Iterable[tuple[Tokens, int]], voice: str, longest: int = LONGEST_RUN) -> KnownRuns:
    """Gather the runs of many pieces, each given by its tokens and its steps per bar."""
    own = [run_hashes(tokens, steps_per_bar, voice, longest) for tokens, steps_per_bar in pieces]
    return [np.unique(np.concatenate(lengths)) for lengths in zip(*own, strict=True)]


def longest_shared_run(tokens: Tokens, steps_per_bar: int, voice: str, known: KnownRuns) -> int:
    """Return how many consecutive bars of a voice are shared with the pieces behind ``known``."""
    own = run_hashes(tokens, steps_per_bar, voice, len(known))
    shared = [
        length
        for length, (mine, theirs) in enumerate(zip(own, known, strict=True), start=1)
        if shares(mine, theirs)
    ]
    return max(shared, default=0)


def shares(mine: Hashes, theirs: Hashes) -> bool:
    """Say whether two sorted arrays of hashes have one in common."""
    return _count_in_common(mine, theirs) > 0


def _count_in_common(mine: Hashes, theirs: Hashes) -> int:
    if not len(theirs):
        return 0
    candidates = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
    return int((theirs[candidates] == mine).sum())


def count_repeated(tokens: Tokens, steps_per_bar: int, voice: str, limit: int, known: Hashes) -> int:
    """Count the different runs of one bar more than a limit that a voice shares with training pieces.

    One that comes back, as a section does, counts once.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        A piece.
    steps_per_bar : int
        Grid steps in a bar.
    voice : str
        One of `VOICES`.
    limit : int
        The longest run that is usual.
    known : ndarray of uint64
        Sorted hashes of the training pieces' runs of one bar more.
    """
    return _count_in_common(run_hashes(tokens, steps_per_bar, voice, limit + 1)[limit], known)


def count_parts(n_bars: int) -> int:
    """Return how many excerpts as long as those that limits were found on a piece is worth."""
    return max(n_bars // EXCERPT_BARS, 1)
