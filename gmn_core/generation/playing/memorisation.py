"""Memorisation: how many consecutive bars a piece shares with training pieces, in any transposition.

Bars are compared by what their pitched roles strike: when, which notes and, from bar to bar, the interval
between their first notes. A piece is compared voice by voice (each pitched role alone) and with all pitched
roles together. Bars with little in them are common property and end a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

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
    bars = _hash_bars(tokens, steps_per_bar, voice)
    lengths: KnownRuns = []
    for length in range(1, longest + 1):
        hashes, full = _hash_runs(bars.runs(length))
        lengths.append(np.unique(hashes[full]))
    return lengths


class _Bars(NamedTuple):
    """Of each bar its hash, the pitch that it is relative to, and whether it counts."""

    hashes: Hashes
    anchors: npt.NDArray[np.int64]
    full: npt.NDArray[np.bool_]

    def runs(self, length: int) -> _Bars:
        """Return the bars of each run of a length, a row for each."""
        places = np.arange(max(len(self.full) - length + 1, 0))[:, None] + np.arange(length)
        return self._each(lambda own: own[places])

    def last(self, n_bars: int) -> _Bars:
        """Return the last bars, fewer if there are not so many."""
        return self._each(lambda own: own[max(len(own) - n_bars, 0) :])

    def repeated(self, n: int) -> _Bars:
        """Return the bars in a row, as often as is said."""
        return self._each(lambda own: np.tile(own, (n, 1)))

    def column(self) -> _Bars:
        """Return each bar as a row of its own."""
        return self._each(lambda own: own[:, None])

    def then(self, later: _Bars) -> _Bars:
        """Return these bars and later ones."""
        return _Bars(
            np.concatenate([self.hashes, later.hashes], axis=-1),
            np.concatenate([self.anchors, later.anchors], axis=-1),
            np.concatenate([self.full, later.full], axis=-1),
        )

    def _each(self, change: Callable[[npt.NDArray[Any]], npt.NDArray[Any]]) -> _Bars:
        return _Bars(change(self.hashes), change(self.anchors), change(self.full))


_NO_BARS = _Bars(np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, bool))


def _hash_runs(bars: _Bars) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Return the hash of each run, given its bars in the columns, and whether all its bars count."""
    rises = (bars.anchors - bars.anchors[:, :1]).astype(np.uint64)
    offsets = np.arange(rises.shape[1], dtype=np.uint64) << np.uint64(32)
    mixed = _mix(bars.hashes + _mix(rises + offsets))
    return mixed.sum(axis=1, dtype=np.uint64), np.asarray(bars.full.all(axis=1))


def _hash_bars(tokens: Tokens, steps_per_bar: int, voice: str) -> _Bars:
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
    return _Bars(hashes, anchors, full)


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
    """Say whether two arrays of hashes, the second of them sorted, have one in common."""
    return bool(_known(mine, theirs).any())


def _known(mine: Hashes, theirs: Hashes) -> npt.NDArray[np.bool_]:
    """Say of each hash whether it is among others, which are sorted."""
    if not len(theirs):
        return np.zeros(len(mine), bool)
    candidates = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
    return np.asarray(theirs[candidates] == mine)


def count_parts(n_bars: int) -> int:
    """Return how many excerpts as long as those that limits were found on a piece is worth."""
    return max(n_bars // EXCERPT_BARS, 1)


def most_repeated(n_bars: int) -> float:
    """Return how many different runs longer than is usual a voice of a piece may share.

    A piece as long as the real excerpts of which three in four share none must
    not share one at all; a longer one may as seldom as they.
    """
    return (1 - TYPICAL_SHARE) * count_parts(n_bars)


class SharedRuns:
    """The runs that a piece shares with training pieces, counted bar by bar while it grows.

    Parameters
    ----------
    limits : mapping of str to int
        Of each voice the longest run that is usual.
    known : mapping of (str, int) to ndarray of uint64
        Sorted hashes of the training pieces' runs, by voice and length.
    steps_per_bar : int
        Grid steps in a bar.
    n_bars : int
        Bars of the whole piece.
    """

    def __init__(
        self,
        limits: Mapping[str, int],
        known: Mapping[tuple[str, int], Hashes],
        steps_per_bar: int,
        n_bars: int,
    ) -> None:
        self._limits, self._steps_per_bar, self._most = limits, steps_per_bar, most_repeated(n_bars)
        self._theirs = {voice: known[voice, limit + 1] for voice, limit in limits.items()}
        self._found: dict[str, set[int]] = {voice: set() for voice in limits}
        # Of each voice the last bars, as many as a run that is one too long has before its last.
        self._before = dict.fromkeys(limits, _NO_BARS)

    def add(self, tokens: Tokens) -> None:
        """Go on by whole bars, shape (n_steps, n_slots)."""
        for voice, limit in self._limits.items():
            bars = self._before[voice].then(_hash_bars(tokens, self._steps_per_bar, voice))
            hashes, shared = self._compare(voice, bars.runs(limit + 1))
            self._found[voice].update(hashes[shared].tolist())
            self._before[voice] = bars.last(limit)

    def too_many(self, drafts: Tokens) -> npt.NDArray[np.bool_]:
        """Say of each draft of the next bar whether it ends a new run that is one too many.

        Parameters
        ----------
        drafts : ndarray of int, shape (n_drafts, steps_per_bar, n_slots)
            The bar.
        """
        found = np.zeros(len(drafts), bool)
        joined = drafts.reshape(-1, drafts.shape[2])
        for voice, limit in self._limits.items():
            before, known = self._before[voice], self._found[voice]
            if len(known) + 1 <= self._most or len(before.full) < limit:
                continue
            bars = _hash_bars(joined, self._steps_per_bar, voice)
            hashes, shared = self._compare(voice, before.repeated(len(drafts)).then(bars.column()))
            found |= shared & np.array([number not in known for number in hashes.tolist()])
        return found

    def count(self, voice: str) -> int:
        """Return how many different runs longer than is usual a voice shares so far.

        One that comes back, as a section does, counts once.
        """
        return len(self._found[voice])

    @property
    def complaint(self) -> str | None:
        """Which voice shares too many runs already, if any."""
        for voice, limit in self._limits.items():
            if self.count(voice) > self._most:
                return f"{voice} shares {limit + 1} bars in a row with a training piece"
        return None

    def _compare(self, voice: str, runs: _Bars) -> tuple[Hashes, npt.NDArray[np.bool_]]:
        """Return the hash of each run, and whether training pieces have it."""
        hashes, full = _hash_runs(runs)
        return hashes, full & _known(hashes, self._theirs[voice])
