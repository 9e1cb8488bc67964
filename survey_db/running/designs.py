"""Which samples a listener hears where a study has more of them than one sitting holds.

The sittings are the blocks of an incomplete block design. Every sample is in
equally many of them, and any two that may meet do so about equally often:
exactly so, a balanced incomplete block design, where one of this size is found
(F. Yates, 1936, "Incomplete randomized blocks", Annals of Eugenics 7, 121-140).
Each sitting takes from each system in proportion to its samples. Two
renderings of one composition meet only where the study asks for it, since who
has heard the one knows the notes of the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]

SEED = 1936
_RESTARTS = 10
# Beyond this many places in all sittings together, search would keep a listener waiting.
_SEARCHED_PLACES = 600


@dataclass(frozen=True)
class Slot:
    """A sample to be dealt out.

    Parameters
    ----------
    sample : int
        Its identifier.
    system : int, optional
        What made it.
    composition : str, optional
        Which notes it renders; None where no other sample has them.
    """

    sample: int
    system: int | None = None
    composition: str | None = None


@lru_cache(maxsize=64)
def sittings(
    slots: tuple[Slot, ...], size: int | None = None, *, together: bool = False
) -> tuple[tuple[int, ...], ...]:
    """Deal samples out to sittings.

    Parameters
    ----------
    slots : tuple of Slot
        The samples.
    size : int, optional
        How many samples a sitting holds at most; by default as many as may meet.
    together : bool
        Whether renderings of one composition may meet in a sitting.

    Returns
    -------
    tuple of tuple of int
        The samples of each sitting: a single sitting of all, where they fit.
        The first sittings are those in which all samples come up soon.
    """
    names = [
        slot.composition if slot.composition and not together else f"\0{place}"
        for place, slot in enumerate(slots)
    ]
    composition = np.unique(names, return_inverse=True)[1] if slots else np.zeros(0, dtype=np.intp)
    most = len(set(names))
    held = most if size is None else min(size, most)
    if held == len(slots):
        return (tuple(slot.sample for slot in slots),)
    system = np.unique([str(slot.system) for slot in slots], return_inverse=True)[1]
    blocks = _balanced(composition, system, held)
    return tuple(tuple(slots[place].sample for place in block) for block in blocks)


def _balanced(composition: Counts, system: Counts, size: int) -> list[list[int]]:
    """Return the best of several designs: samples equally often first, then pairs."""
    n_samples = len(composition)
    may_meet = composition[:, None] != composition
    n_blocks = _blocks_needed(n_samples, size, all_meet=may_meet.sum() == n_samples * (n_samples - 1))
    searched = n_blocks * size <= _SEARCHED_PLACES
    best: list[list[int]] = []
    best_cost = math.inf, math.inf
    for seed in range(SEED, SEED + (_RESTARTS if searched else 1)):
        blocks = _deal(composition, system, size, n_blocks, np.random.default_rng(seed))
        if searched:
            _even_out(blocks, composition.tolist(), system.tolist())
        uses, pairs = _counts(blocks, n_samples)
        cost = float(np.ptp(uses)), float(pairs[may_meet].var()) if may_meet.any() else 0.0
        if cost < best_cost:
            best, best_cost = blocks, cost
        if not any(best_cost):
            break
    return _soonest_first(best, n_samples)


def _blocks_needed(n_samples: int, size: int, *, all_meet: bool) -> int:
    """Return a number of blocks that lets samples, and pairs if possible, come up equally often."""
    least = n_samples // math.gcd(n_samples, size)
    enough = range(least * math.ceil(n_samples / least), 2 * n_samples + 1, least)
    if not all_meet:
        return enough[0]
    even = (blocks for blocks in enough if blocks * size // n_samples * (size - 1) % (n_samples - 1) == 0)
    return next(even, enough[0])


def _deal(
    composition: Counts, system: Counts, size: int, n_blocks: int, rng: np.random.Generator
) -> list[list[int]]:
    """Fill one block after the other with what is due, was used least and met the others least."""
    n_samples = len(composition)
    of_system = np.bincount(system)[system]
    taken = np.zeros(int(system.max()) + 1)
    uses, pairs = np.zeros(n_samples, dtype=np.int64), np.zeros((n_samples, n_samples), dtype=np.int64)
    blocks = []
    for _ in range(n_blocks):
        free, met = np.ones(n_samples, dtype=bool), np.zeros(n_samples, dtype=np.int64)
        block: list[int] = []
        for _ in range(size):
            # Webster's method: each system's turn comes in proportion to its samples.
            due = (taken[system] + 0.5) / of_system
            # Whatever is due, each block begins with what has been left out the longest.
            keys = (met, uses, due) if block else (due, uses)
            order = np.lexsort((rng.random(n_samples), *keys))
            chosen = int(order[free[order]][0])
            free &= composition != composition[chosen]
            taken[system[chosen]] += 1
            met += pairs[chosen]
            block.append(chosen)
        uses[block] += 1
        pairs[np.ix_(block, block)] += 1
        blocks.append(block)
    return blocks


def _even_out(blocks: list[list[int]], composition: Sequence[int], system: Sequence[int]) -> None:
    """Swap samples of one system between blocks for as long as that makes pairs meet more evenly."""
    pairs: list[list[int]] = _counts(blocks, len(composition))[1].tolist()
    better = True
    while better:
        better = False
        for one in range(len(blocks)):
            for other in range(one):
                better |= _swap(blocks[one], blocks[other], pairs, composition, system)


def _swap(
    first: list[int],
    second: list[int],
    pairs: list[list[int]],
    composition: Sequence[int],
    system: Sequence[int],
) -> bool:
    """Make the first swap of two blocks that lowers the sum of the squares of ``pairs``, if there is one."""
    only_first, only_second = [x for x in first if x not in second], [y for y in second if y not in first]
    others = len(only_first) + len(only_second) - 2
    for x in only_first:
        for y in only_second:
            if system[x] != system[y]:
                continue
            # Of a pair's square: 2 p + 1 where it meets once more, 1 - 2 p where once less.
            change = sum(pairs[y][z] - pairs[x][z] for z in only_first if z != x)
            change += sum(pairs[x][z] - pairs[y][z] for z in only_second if z != y)
            if change + others >= 0 or not _may_swap(x, y, first, second, composition):
                continue
            for comes, goes, rest in ((y, x, only_first), (x, y, only_second)):
                for z in rest:
                    if z not in (x, y):
                        for one, other in ((comes, z), (z, comes)):
                            pairs[one][other] += 1
                        for one, other in ((goes, z), (z, goes)):
                            pairs[one][other] -= 1
            first[first.index(x)], second[second.index(y)] = y, x
            return True
    return False


def _may_swap(x: int, y: int, first: list[int], second: list[int], composition: Sequence[int]) -> bool:
    """Return whether no composition would be twice in a block."""
    return all(composition[y] != composition[z] for z in first if z != x) and all(
        composition[x] != composition[z] for z in second if z != y
    )


def _soonest_first(blocks: list[list[int]], n_samples: int) -> list[list[int]]:
    """Order blocks so that after each of them the samples have come up as equally often as can be."""
    left, ordered = [sorted(block) for block in blocks], []
    uses = np.zeros(n_samples, dtype=np.int64)
    while left:
        place = min(range(len(left)), key=lambda place: int(uses[left[place]].sum()))
        ordered.append(left.pop(place))
        uses[ordered[-1]] += 1
    return ordered


def _counts(blocks: Sequence[Sequence[int]], n_samples: int) -> tuple[Counts, Counts]:
    """Return in how many blocks each sample is, and each pair; the diagonal has no meaning."""
    within = np.zeros((len(blocks), n_samples), dtype=np.int64)
    for place, block in enumerate(blocks):
        within[place, block] = 1
    return within.sum(axis=0), within.T @ within
