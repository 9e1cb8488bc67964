"""In which order each listener hears the samples.

The orders are the rows of a Williams design, a Latin square in which each
sample stands equally often at each place and follows each other sample equally
often, so that neither tiredness nor the contrast with the sample before favours
any of them (E. J. Williams, 1949, "Experimental designs balanced for the
estimation of residual effects of treatments", Australian Journal of Scientific
Research A 2, 149-168). A repeated sample is then put in half the session away
from the first hearing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_db.errors import SurveyError


def williams_design(n_items: int) -> list[list[int]]:
    """Build a Williams design.

    Parameters
    ----------
    n_items : int
        Number of samples, 1 or more.

    Returns
    -------
    list of list of int
        ``n_items`` rows where that is even, twice as many where it is odd (an
        odd square needs its mirror image to balance what follows what); each
        row holds the numbers 0 to ``n_items - 1`` once.
    """
    if n_items < 1:
        raise SurveyError("An order needs at least one sample.")
    # 0, 1, n-1, 2, n-2, ...: neighbours differ by each step exactly once.
    zigzag = [(place + 1) // 2 if place % 2 else -(place // 2) for place in range(n_items)]
    square = [[(step + row) % n_items for step in zigzag] for row in range(n_items)]
    if n_items % 2 == 0 or n_items == 1:
        return square
    return square + [row[::-1] for row in square]


def listening_orders(
    sittings: Sequence[Sequence[int]], always: Sequence[int] = (), repeats: Mapping[int, int] | None = None
) -> list[list[int]]:
    """List the orders that listeners of one study are given.

    Parameters
    ----------
    sittings : sequence of sequence of int
        Identifiers of the samples of each sitting, from
        `survey_db.running.designs.sittings`.
    always : sequence of int
        Identifiers of the items that belong to every sitting: anchors.
    repeats : mapping of int to int, optional
        For each repeated item, the identifier of the sample that it repeats;
        each sample is repeated once at most, for those who hear it.

    Returns
    -------
    list of list of int
        Each sitting once for each row of the Williams design, next sittings
        next to each other; the two hearings of a sample are never adjacent.

    Raises
    ------
    SurveyError
        If there is no sample, or none to come between a sample and its repeat.
    """
    repeats = repeats or {}
    items = [[*sitting, *always] for sitting in sittings]
    if repeats and len(items[0]) < 2:
        raise SurveyError("A repeated sample needs another sample in the study to come between.")
    design = williams_design(len(items[0]))
    return [
        # A sitting's turn begins with another row each, so that no place is always a sample's first one.
        _with_repeats([own[item] for item in design[(place + turn) % len(design)]], repeats)
        for turn in range(len(design))
        for place, own in enumerate(items)
    ]


def _with_repeats(order: list[int], repeats: Mapping[int, int]) -> list[int]:
    for repeat, original in repeats.items():
        if original not in order:
            continue
        here = order.index(original)
        there = (here + len(order) // 2 + 1) % (len(order) + 1)
        order = [*order[:there], repeat, *order[there:]]
    return order


def least_used(uses: Mapping[int, int], n_rows: int) -> int:
    """Return the row that the fewest live listeners have (the first of equals)."""
    return min(range(n_rows), key=lambda row: uses.get(row, 0))
